"""The names of a claim, and whether a text holds them: in any script, as an alias, or by their initials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml, read_package_text
from qa_plugin.evidence.naming.named import find_names
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language import lexicon
from qa_plugin.language.bodies import body_forms
from qa_plugin.language.folding import Folded, bare, fold_text
from qa_plugin.language.month_names import calendar_words
from qa_plugin.language.number_tokens import number_words
from qa_plugin.language.quantities import unit_named
from qa_plugin.language.scripts import script_of
from qa_plugin.language.spellings import is_spelt, spelt_as
from qa_plugin.language.stems import CLITIC, forms
from qa_plugin.language.terms import find_terms, stop_words
from qa_plugin.records import Span
from qa_plugin.verification.beside import stands_beside
from qa_plugin.verification.dates import dated_in
from qa_plugin.verification.likeness import LONG_KEY, edits, sounds_alike
from qa_plugin.verification.numbers import stated_in
from qa_plugin.verification.views import WORD, TextView, bases, language_of, sounds

_STARTS = re.compile(r"(?:^|[.!?:\"«»(\-|/]|\n)[\s\"'(\[]*$")


_BESIDE = 24
"""Characters on either side of a word in which the rest of its name is looked for."""


@dataclass(frozen=True, slots=True)
class NamedWord:
    """A word of a claim that is, or is part of, a name; offsets are of the folded claim."""

    start: int
    end: int
    word: str
    language: str
    ordinary: bool = False
    """Whether it is a word of the dictionary too: Ministry, Brown."""
    concepts: frozenset[int] = frozenset()
    """What a name of the lexicon stands for: a country, a city, an agency."""


# ---------------------------------------------------------------- the names of a claim


@cache
def _proper_names() -> frozenset[str]:
    files = ("geo", "known_names", "places")
    rows = [row for name in files for row in read_package_text(f"lexicon/{name}.txt").splitlines()[1:]]
    return frozenset(row.split(",")[0].split("|")[0].strip() for row in rows if row.strip())


@lru_cache(maxsize=10_000)
def _is_proper(concept: int) -> bool:
    """Whether a concept is a name: of the rows of places and people, or of a country."""
    name = lexicon.concept_name(concept)
    return name[:1].isupper() or name in _proper_names()


@cache
def _words_of(name: str) -> frozenset[str]:
    return frozenset(bare(fold_text(word)) for word in load_toml("verification.toml")["names"][name])


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(load_toml("verification.toml")["names"]["titles"])


@cache
def _pattern(table: str, language: str) -> re.Pattern[str] | None:
    pattern = load_toml("verification.toml")[table].get(language)
    return re.compile(pattern) if pattern else None


@cache
def _marked() -> re.Pattern[str]:
    return re.compile(load_toml("verification.toml")["names"]["marked"])


def named_words(claim: Folded, language: str) -> list[list[NamedWord]]:
    """The names of a claim, each as its words, in order."""
    phrases = _phrases(claim, language)
    taken = _dates_and_units(claim, language)
    read = _read_as_names(claim, language)
    runs: list[list[NamedWord]] = []
    last = -1
    for match in WORD.finditer(claim.text):
        covered = next((p for p in phrases if p.start <= match.start() < p.end), None)
        if covered is not None:
            if covered.start == match.start():
                runs.append([covered])
                last = -1
            continue
        if any(start <= match.start() < end for start, end in taken):
            continue
        found = _named_word(claim, match, language)
        if found is None and any(start <= match.start() < end for start, end in read):
            found = None if _is_marked(claim, match) else _ordinary_name(match, language)
        if found is not None:
            if last >= 0 and _joins(claim.text[last : found.start]):
                runs[-1].append(found)
            else:
                runs.append([found])
            last = found.end
    return runs


def _dates_and_units(claim: Folded, language: str) -> list[tuple[int, int]]:
    """The places of dates and quantities, whose words (March, reais, رئال برزیل) are no names."""
    dates = [(claim.position(one.start), claim.position(one.end)) for one in dated_in(claim.original, language, None)]
    return [*dates, *((s.quantity.start, s.quantity.end) for s in stated_in(claim.text, language))]


def _read_as_names(claim: Folded, language: str) -> list[tuple[int, int]]:
    """The places of people and places whom a claim without capitals names, if by words of the dictionary: امل سعید."""
    if language not in CLITIC:
        return []
    sentence = read_sentence(0, Span(0, len(claim.original)), claim.original, language, 0.0)
    return [(name.start, name.end) for name in find_names(sentence) if name.kind in {"person", "place"}]


def _ordinary_name(match: re.Match[str], language: str) -> NamedWord | None:
    word = match.group()
    of = language_of(word, language)
    if script_of(word[0]) != "arabic" or len(word) < 3 or bare(word) in stop_words(of) | _words_of("address"):
        return None
    return NamedWord(match.start(), match.end(), word, of)


_GAP = re.compile(r"[\s'’-]*(?:(?:[^\W\d_]+)[\s'’-]+){0,2}")


def _joins(gap: str) -> bool:
    return _GAP.fullmatch(gap) is not None and all(bare(word) in _words_of("inside") for word in WORD.findall(gap))


def _phrases(claim: Folded, language: str) -> list[NamedWord]:
    """Names of several words that the lexicon knows: North Korea, الأمم المتحدة."""
    found: dict[tuple[int, int], set[int]] = {}
    for term in find_terms(claim, language):
        if term.key[0] == "c" and " " in claim.text[term.start : term.end] and _is_proper(int(term.key[1:])):
            found.setdefault((term.start, term.end), set()).add(int(term.key[1:]))
    return [
        NamedWord(start, end, claim.text[start:end], language, concepts=frozenset(concepts))
        for (start, end), concepts in found.items()
        if _capital(claim, start) or script_of(claim.text[start]) == "arabic"
    ]


def _capital(claim: Folded, position: int) -> bool:
    return claim.original[claim.offset(position)].isupper()


def _named_word(claim: Folded, match: re.Match[str], language: str) -> NamedWord | None:
    word = match.group()
    if len(word) < 2:
        return None
    if script_of(word[0]) == "arabic":
        return _arabic(match, language, marked=_is_marked(claim, match))
    if not _capital(claim, match.start()) or language in load_toml("verification.toml")["names"]["capital_nouns"]:
        return None
    return _capitalised(claim, match, language)


def _is_marked(claim: Folded, match: re.Match[str]) -> bool:
    """Whether a word is written with the vowels of one that is no name."""
    written = claim.original[claim.offset(match.start()) : claim.offset(match.end() - 1) + 2]
    return _marked().search(written) is not None


def _capitalised(claim: Folded, match: re.Match[str], language: str) -> NamedWord | None:
    word = match.group()
    of, plain = language_of(word, language), bare(word)
    if plain in stop_words(of) or plain in calendar_words() or plain in _words_of("address") | _words_of("inside"):
        return None
    concepts = lexicon.concepts(word, of)
    proper = frozenset(c for c in concepts if _is_proper(c))
    place = match.start(), match.end(), word, of
    if proper:
        return NamedWord(*place, concepts=proper)
    if any(lexicon.concept_name(c) in _titles() for c in concepts) or plain in number_words(of).all:
        return None
    first = _STARTS.search(claim.text[: match.start()]) is not None
    if not first:
        return NamedWord(*place, ordinary=bool(concepts))
    shape = _pattern("ordinary", of)
    capitals = (
        claim.original[claim.offset(match.start()) : claim.offset(match.end() - 1) + 1].isupper() and len(word) > 1
    )
    if concepts or (not capitals and shape is not None and shape.search(word)):
        return None
    return NamedWord(*place)


def _arabic(match: re.Match[str], language: str, *, marked: bool) -> NamedWord | None:
    """A word of the Arabic script that no row of the lexicon knows, and that has not the shape of a verb or plural.

    `marked` says that it is written with the vowels of a word that is no name.
    """
    word = match.group()
    of, plain = language_of(word, language), bare(word)
    never = _pattern("never", of)
    if never is not None and never.fullmatch(plain):
        return None
    place = match.start(), match.end(), word, of
    # A word of this script in a claim of another may be of either language.
    likely = (of,) if of == language else tuple(sorted(CLITIC))
    concepts = tuple(c for likely_one in likely for c in lexicon.concepts(word, likely_one))
    if concepts:
        if len(plain) > 3 and any(_is_proper(c) or _sounds_like(c, plain, of) for c in concepts):
            return NamedWord(*place, concepts=frozenset(concepts))
        if not _far_fetched(plain, of):
            return None
    if marked:
        return None
    small = _words_of("address") | number_words(of).all | stop_words(of) | calendar_words()
    if len(plain.removeprefix("ال")) < 3 or any(base in small or unit_named(base) for base in bases(word, of)):
        return None
    shape = _pattern("ordinary", of)
    return None if shape is not None and shape.search(plain) else NamedWord(*place)


@lru_cache(maxsize=10_000)
def _sounds_like(concept: int, plain: str, language: str) -> bool:
    """Whether a word is the sound of its concept's English form: a name that the dictionary lists, or a loan."""
    name = fold_text(lexicon.concept_name(concept))
    keys = {key for key in sounds(name, "en") if len(key) > 2} if name.isalpha() and name not in _titles() else set()
    return not keys.isdisjoint(sounds(plain, language))


_KNOWN_PART = 0.6
"""How much of a word the dictionary has to know to know the word."""


@lru_cache(maxsize=10_000)
def _far_fetched(plain: str, language: str) -> bool:
    """Whether the dictionary knows a word only by a small part of it: ورد in بورديون, پزشک in پزشکیان."""
    known = lexicon.lexicon(language).words
    form = next((form for form in forms(plain, language) if form in known), plain)
    if form not in plain:
        return False
    written_to = load_toml("verification.toml")["written_to"].get(language, {"front": [], "back": []})
    front, _, back = plain.partition(form)
    cut = sum(len(part) for part, free in ((front, "front"), (back, "back")) if part not in written_to[free])
    return cut > 1 and len(form) <= _KNOWN_PART * (len(form) + cut)


# ---------------------------------------------------------------- whether a text holds a name


def missing_name(
    claim: Folded, language: str, quotes: Sequence[TextView], articles: Callable[[], Iterable[TextView]]
) -> str | None:
    """The first name of a claim that neither its quotes nor their articles hold, in the claim's own words."""
    runs = named_words(claim, language)
    left = [run for run in runs if not run_held(claim, run, quotes)]
    if not left:
        return None
    everywhere = [*quotes, *articles()]
    for run in left:
        if not run_held(claim, run, everywhere):
            missing = next((w for w in run if not any(held_word(w, run, view) for view in everywhere)), run[0])
            start, end = claim.span(missing.start, missing.end)
            return claim.original[start:end]
    return None


def run_held(claim: Folded, run: Sequence[NamedWord], views: Sequence[TextView]) -> bool:
    """Whether all words of a name are held, of words that the dictionary knows the half; or the name as an alias."""
    run = _closed_up(claim, run, views)
    held = [any(held_word(word, run, view) for view in views) for word in run]
    if all(held):
        return True
    if all(word.ordinary for word in run) and sum(held) * 2 >= len(run) > 1:
        return True  # Ministry of Internal Affairs, of a ministère de l'Intérieur
    if _spelt(run, views):
        return True
    if all(ok or any(_beside(claim, word, view) for view in views) for ok, word in zip(held, run, strict=True)):
        return True
    words = claim.text[run[0].start : run[-1].end]
    capitals = "".join(bare(word.word)[0] for word in run)
    if len(run) > 2 and capitals.isascii() and any(capitals in view.words for view in views):
        return True
    body = _body(words)
    return body is not None and any(view.bodies(frozenset({body})) for view in views)


def _spelt(run: Sequence[NamedWord], views: Sequence[TextView]) -> bool:
    """Whether a text of the Arabic script has a name's words one after another, be they words of the dictionary too."""
    if len(run) == 1 and run[0].concepts:
        return False
    pattern = spelt_as(tuple(word.word for word in run))
    return pattern is not None and any(view.language in CLITIC and pattern.search(view.plain) for view in views)


_INSIDE_HYPHENS = re.compile(r"-(?:[^\W\d_]{1,3}-)?")


_INSIDE_NAME = re.compile(r"'([^\W\d_]{2,})")
"""What goes on behind an apostrophe: Ra'in."""


def _closed_up(claim: Folded, run: Sequence[NamedWord], views: Sequence[TextView]) -> list[NamedWord]:
    """A name in which words are one where a text has them as one: Sad-Gostar, سدگستر; حسين علي, حسین‌علی."""
    closed: list[NamedWord] = []
    parted = [view for view in views if view.language in CLITIC]
    for word in run:
        last = closed[-1] if closed else None
        if last is not None and word.start < last.end:
            continue
        whole, where = None, views
        if last is not None and _INSIDE_HYPHENS.fullmatch(claim.text[last.end : word.start]):
            whole = NamedWord(last.start, word.end, _letters(claim.text[last.start : word.end]), last.language)
        elif (inside := _INSIDE_NAME.match(claim.text, word.end)) is not None and not _capital(claim, word.end + 1):
            closed.append(NamedWord(word.start, inside.end(), word.word + inside[1], word.language))
            continue
        elif script_of(word.word[0]) == "arabic" and (behind := WORD.match(claim.text, word.end + 1)) is not None:
            whole, where = NamedWord(word.start, behind.end(), word.word + behind.group(), word.language), parted
        if whole is not None and any(held_word(whole, run, view) for view in where):
            closed[len(closed) - (whole.start < word.start) :] = [whole]
            continue
        closed.append(word)
    return closed


def _letters(words: str) -> str:
    return "".join(WORD.findall(words))


def _beside(claim: Folded, word: NamedWord, view: TextView) -> bool:
    """Whether a word stands in a text next to what it stands next to in the claim, by its consonants alone."""
    before = [m.group() for m in WORD.finditer(claim.text, max(0, word.start - _BESIDE), word.start)][-2:]
    after = [m.group() for m in WORD.finditer(claim.text, word.end, word.end + _BESIDE)][:2]
    own = word.word, word.language
    return any(
        stands_beside(own, (other, language_of(other, word.language)), view, ahead=ahead)
        for others, ahead in ((before, False), (after, True))
        for other in others
    )


def _body(words: str) -> str | None:
    return body_forms().get(" ".join(map(bare, WORD.findall(words))))


def held_word(word: NamedWord, run: Sequence[NamedWord], view: TextView) -> bool:
    """Whether a text holds a word of a name: as written, as a concept, by its sound, or as initials."""
    plain = bare(word.word)
    # UN is not un, nor is WHO who.
    small = plain.isascii() and plain in stop_words(view.language)
    small = small and not any(bare(name) == plain for name in view.sequence)
    if (not small and f" {plain} " in view.plain) or (
        word.concepts
        and not (word.concepts.isdisjoint(view.word_concepts) and word.concepts.isdisjoint(view.own_concepts))
    ):
        return True
    if word.concepts and not any(len(key) >= LONG_KEY and key.isupper() for key in sounds(word.word, word.language)):
        return False  # names of countries are short, and many sound alike: Iran, Iraq
    if small:
        return plain in view.initials
    own = bases(word.word, word.language)
    # What is found soonest is asked first: forms and concepts of an article take longest to work out.
    if not view.words.isdisjoint(own) or (len(plain) < 7 and plain in view.initials):
        return True
    known = lexicon.concepts(word.word, word.language)
    if (known and not view.concepts.isdisjoint(known)) or not view.forms.isdisjoint(own):
        return True
    keys = sounds(word.word, word.language)
    if keys and any(sounds_alike(own, keys, others, other_keys, sure=False) for others, other_keys in view.named):
        return True
    if script_of(plain[0]) != "arabic":
        return False
    if any(is_spelt(others[0], plain) for others, _ in view.named):
        return True
    return any(
        not keys.isdisjoint(other_keys) and sounds_alike(own, keys, others, other_keys, sure=False)
        for others, other_keys in view.loans
    )


__all__ = ["NamedWord", "edits", "held_word", "missing_name", "named_words", "run_held"]
