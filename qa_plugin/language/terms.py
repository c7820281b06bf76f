"""Search terms of a text: concepts, names, numbers and stems, the same for articles and questions.

`c12` is a concept of the lexicon, in whatever language it was said; `nPTN` a name's skeleton; `v10000` a number's
value; `ssoldad` a stem of a word that the lexicon does not know, and `gsol` three letters of one that cannot be
stemmed. A question in one language meets an article in another in the first three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.language import detection, lexicon, names, stems
from qa_plugin.language.folding import Folded, bare, fold, fold_text
from qa_plugin.language.number_tokens import Tokens, tokenise
from qa_plugin.language.numbers import find_numbers
from qa_plugin.language.scripts import OTHER, USUAL_LANGUAGE, WITHOUT_BLANKS, script_of

VERSION = f"2.{names.VERSION}.{stems.VERSION}"
_MAX_WORDS = 100_000
"""How many words of a language are kept."""
_START = itemgetter(1)


class Term(NamedTuple):
    """One search term and the place of its words in the folded text; a tuple, since a text has hundreds of them."""

    key: str
    start: int
    end: int


_made = partial(tuple.__new__, Term)
"""A term of a tuple, in half the time that `Term` takes."""


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that carry no topic, folded and without accents."""
    table = load_toml("stopwords.toml")
    listed = table[language] if language in table else detection.small_words(language)
    return frozenset(bare(fold_text(w)) for w in listed.split())


@cache
def _script_of_language(language: str) -> str:
    return detection.script_of_language(language)


@cache
def _likely_languages(language: str, script: str) -> tuple[str, ...]:
    """The languages of the lexicon in which a word may be known that `language` does not know."""
    near = detection.near_languages(language)
    return near or tuple(code for code in lexicon.languages() if _script_of_language(code) == script)


def _word_language(word: str, language: str) -> str:
    """The language to look a word up in: another script than the text's is another language's word."""
    script = script_of(word[0])
    if script in {_script_of_language(language), OTHER}:
        return language
    return USUAL_LANGUAGE[script]


@lru_cache(maxsize=10_000)
def word_keys(word: str, language: str, *, name: bool) -> tuple[str, ...]:
    """The terms of one folded word; `name` says that it is written as a name (a capital inside a sentence)."""
    of = _word_language(word, language)
    plain = bare(word)
    if plain in stop_words(of) or (len(plain) < 2 and plain.isascii()) or script_of(word[0]) in WITHOUT_BLANKS:
        return ()
    found = [f"c{c}" for c in lexicon.concepts(word, of)]
    listed = of in lexicon.languages()
    if not found and (of != language or not listed):
        near = _likely_languages(of, script_of(word[0]))
        found = [f"c{c}" for other in near for c in lexicon.concepts(word, other)][:2]
    known = bool(found)
    if not known or not listed:
        found.append(f"s{stems.stem(word, of)}")
    if not listed or language == detection.UNDETERMINED:
        found.append(f"s{plain}")  # a question of few words may be taken for another language than its article
    if (name or not known or _may_be_a_name(plain, of)) and len(plain) >= 2:
        front = plain[2:] if of == "ar" and plain.startswith("ال") and len(plain) > 4 else plain
        found.extend(f"n{key}" for key in names.skeletons(front, of))
        if front != plain:  # ألكسندر begins like a word with an article
            found.extend(f"n{key}" for key in names.skeletons(plain, of))
        if of == "ar" and front[:1] in "وبلف" and len(front) > 3 and not known:
            found.extend(f"n{key}" for key in names.skeletons(front[1:].removeprefix("ال"), of))
    return tuple(dict.fromkeys(found))


_SHORT = 6


def _may_be_a_name(plain: str, language: str) -> bool:
    """Whether a short word of a script without capitals is known only by what was cut off it, as بايدن is by its ب."""
    if language not in stems.CLITIC or len(plain) > _SHORT or plain.isascii() or plain.startswith("ال"):
        return False
    return plain not in lexicon.lexicon(language).words


# Plain tuples of a phrase's rank, its further words and its concept: the garbage collector leaves them alone.
_Phrase = tuple[int, tuple[str, ...], int]


class Word(NamedTuple):
    """All that the terms of a text take from one of its words."""

    keys: tuple[str, ...]
    named: tuple[str, ...]
    """Its terms where it is written as a name."""
    capital: bool
    """Whether a capital letter would make a difference to its terms."""
    phrases: dict[str, tuple[_Phrase, ...]] | None
    """The phrases that can begin with it, by their second word."""
    inner: tuple[str, ...]
    """The words, inside phrases, that it is a form of."""
    function: tuple[str, ...]
    """Its terms as a small word of the language."""


_HIRAGANA = re.compile("[\u3041-\u309f]+")
_GRAM = 3
_LONG_WORD = 5
"""Letters from which a word is parted into groups of letters."""


@lru_cache(maxsize=10_000)
def _letter_groups(word: str, language: str) -> tuple[tuple[str, int, int], ...]:
    """Groups of letters of a word that cannot be stemmed, with their places in it; empty where they say nothing new.

    Two letters of a script without blanks, where nothing tells the words apart: they stand for stems. Elsewhere three
    of a longer word, beside the word itself.
    """
    plain = bare(word)
    kind, size = "s", min(2, len(plain))
    if script_of(word[0]) not in WITHOUT_BLANKS:
        kind, size = "g", _GRAM
        stemmed = language != detection.UNDETERMINED and stems.has_stemmer(_word_language(word, language))
        keys = word_keys(word, language, name=False)
        if stemmed or len(plain) < _LONG_WORD or not keys or any(key[0] == "c" for key in keys):
            return ()
    in_step = len(plain) == len(word)
    return tuple(
        (f"{kind}{plain[at : at + size]}", *((at, at + size) if in_step else (0, len(word))))
        for at in range(len(plain) - size + 1)
        # In a Japanese sentence the hiragana between other letters are endings and small words.
        if kind == "g" or not _HIRAGANA.fullmatch(plain, at, at + size) or _HIRAGANA.fullmatch(plain)
    )


class _Vocabulary(dict[str, Word]):
    """The words met in texts of a language, each looked up at first sight."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> Word:
        if len(self) >= _MAX_WORDS:
            self.clear()
        of = _word_language(word, self._language)
        table = lexicon.lexicon(of)
        forms = stems.forms(word, of)
        rows = (row for first in forms for row in table.phrases(first))
        phrases: dict[str, tuple[_Phrase, ...]] = {}
        for rank, (rest, concept) in enumerate(rows):
            phrases[rest[0]] = (*phrases.get(rest[0], ()), (rank, rest, concept))
        keys = word_keys(word, self._language, name=False)
        named = word_keys(word, self._language, name=True)
        self[word] = found = Word(
            keys,
            named,
            keys != named and word[0] < "\u0250",
            phrases or None,
            tuple(form for form in forms if form in table.inner_words),
            _function_words(self._language).get(bare(word), ()),
        )
        return found


vocabulary = cache(_Vocabulary)


class Worded(NamedTuple):
    """A folded text as tokens, and its words alone with their places."""

    tokens: Tokens
    words: list[Word]
    starts: list[int]
    ends: list[int]
    written: list[str]


@lru_cache(maxsize=8)  # A text's terms are asked for first, and its function words next.
def worded(text: str, language: str) -> Worded:
    """Part a folded text into its words, each with what is known of it."""
    tokens = tokenise(text, language)
    known = vocabulary(language)
    written, starts, ends = tokens.written, tokens.starts, tokens.ends
    if tokens.numeric and any(tokens.shapes[at].digits for at in tokens.numeric):
        at_words = [at for at, shape in enumerate(tokens.shapes) if not shape.digits]
        written = [written[at] for at in at_words]
        starts, ends = ([places[at] for at in at_words] for places in (starts, ends))
    return Worded(tokens, list(map(known.__getitem__, written)), starts, ends, written)


def find_terms(text: str | Folded, language: str, *, spans: Iterable[tuple[int, int]] | None = None) -> list[Term]:
    """The terms of a text in order; offsets are of the folded text, as are those of `spans`, if given."""
    folded = fold(text) if isinstance(text, str) else text
    found: list[Term] = []
    for start, end in spans if spans is not None else [(0, len(folded.text))]:
        terms = _terms(folded, start, end, language)
        found += [Term(key, start + at, start + after) for key, at, after in terms] if start else terms
    return found


def _terms(folded: Folded, base: int, end: int, language: str) -> list[Term]:
    """The terms of a part of a text, at their places in the part."""
    tokens, words, starts, ends, written = worded(folded.text[base:end], language)
    found, taken = _number_terms(tokens, language)
    unsorted, after = bool(found), 0
    count = len(words)
    for at, (keys, named, capital, phrases, _, _) in enumerate(words):
        if at < after or starts[at] in taken:
            continue
        if phrases and at + 1 < count and words[at + 1].inner and not phrases.keys().isdisjoint(words[at + 1].inner):
            phrase = _phrase(words, starts, ends, at)
            if phrase:
                concept, after = phrase
                place = starts[at], ends[after - 1]
                found.append(Term(f"c{concept}", *place))
                # Part of a name stands for all of it: "Kim" in the next sentence.
                found += [Term(key, *place) for part in words[at:after] for key in part.keys if key[0] == "n"]
                continue
        start = starts[at]
        if capital and start and _is_capital(folded, base + start):
            keys = named
        if keys:
            end_at = ends[at]
            for key in keys:
                found.append(_made((key, start, end_at)))
    if not stems.has_stemmer(language):
        for begin, form in zip(starts, written, strict=True):
            found += [Term(key, begin + first, begin + last) for key, first, last in _letter_groups(form, language)]
        unsorted = True
    if unsorted:
        found.sort(key=_START)
    return found


def _number_terms(tokens: Tokens, language: str) -> tuple[list[Term], set[int]]:
    """The numbers among the terms, and the places whose words they have used up."""
    found: list[Term] = []
    taken: set[int] = set()
    for number in find_numbers(tokens, language):
        if not number.weak and number.kind not in {"ordinal", "fraction"}:
            found.append(Term(_number_key(number.value), number.start, number.end))
            if not number.digits:
                taken.update(range(number.start, number.end))
    return found, taken


def _phrase(words: list[Word], starts: list[int], ends: list[int], at: int) -> tuple[int, int] | None:
    """A phrase of the lexicon that begins at this word: its concept and the word after it."""
    phrases = words[at].phrases or {}
    rows = [row for second in words[at + 1].inner for row in phrases.get(second, ())]
    for _, rest, concept in sorted(rows):
        last = at + len(rest)
        if last < len(words) and all(expected in words[at + 1 + i].inner for i, expected in enumerate(rest)):
            gap = starts[last] - ends[at]
            if gap <= sum(map(len, rest)) + 8 * len(rest):
                return concept, last + 1
    return None


def _is_capital(folded: Folded, position: int) -> bool:
    return folded.original[folded.offset(position)].isupper()


def _number_key(value: float) -> str:
    return "v" + (str(int(value)) if value == int(value) else repr(round(value, 6)).replace(".", "p"))


def keys(text: str, language: str) -> list[str]:
    """The term keys of a text, in order, with repeats."""
    return [term.key for term in find_terms(text, language)]


@cache
def _function_words(language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, row in load_toml("function_words.toml").items():
        for word in row.get(language, "").split():
            found.setdefault(bare(fold_text(word)), []).append(f"f{name}")
    return {word: tuple(names) for word, names in found.items()}


_SHAPES = (("f?", "?"), ("f!", "!"), ('f"', '"'), ("f:", ":"), ("f%", "%"))


def find_function_words(text: str | Folded, language: str) -> list[Term]:
    """The small words of a text, and its telling marks: what shapes a sentence whatever it is about.

    They are no search terms; vectors hold them lightly.
    """
    folded = fold(text) if isinstance(text, str) else text
    _, words, starts, ends, _ = worded(folded.text, language)
    found = [Term(key, starts[at], ends[at]) for at, word in enumerate(words) for key in word.function]
    return found + [Term(key, 0, 0) for key, mark in _SHAPES if mark in folded.text]
