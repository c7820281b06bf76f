"""What is known of one word as a part of a name, a role or a place: kept per language, so that it is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import count

from qa_plugin.data import load_toml, read_package_text
from qa_plugin.language import lexicon
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.month_names import calendar_words
from qa_plugin.language.terms import stop_words

_MAX_WORDS = 50_000
_PROCLITICS = "وفبل"
"""What Arabic writes together with the word behind it."""
_PERSIAN_PERSONS = ("د", "م", "ند", "ید", "یم")
_PERSIAN_VERBS = ("اند", "کردند", "شدند", "دادند", "ستند", "میشود", "کرد", "خواهد")


Cues = int
"""Several cues at once; 0 is none."""
_bits = (1 << at for at in count())


class Cue:
    """What a word can be, each a bit of a number: several at once are `Cues`.

    Plain numbers and no `Flag`, which makes an object at every `|` and `&`: a question takes thousands of them.
    """

    STOP = next(_bits)
    CALENDAR = next(_bits)
    GIVEN = next(_bits)
    FAMILY = next(_bits)
    PART = next(_bits)
    LEAD = next(_bits)
    ROLE = next(_bits)
    TITLE = next(_bits)
    BEFORE = next(_bits)
    OF = next(_bits)
    ADJECTIVE = next(_bits)
    END = next(_bits)
    SPEECH = next(_bits)
    BODY = next(_bits)
    LOWER = next(_bits)
    """Heads a body's name though written small: "ministère des Transports"."""
    MARK = next(_bits)
    MORE = next(_bits)
    PLACE_HEAD = next(_bits)
    PLACE_TYPE = next(_bits)
    PLACE = next(_bits)
    PREPOSITION = next(_bits)
    PLACE_BEFORE = next(_bits)
    PLACE_LEAD = next(_bits)
    """Begins the names of places: ساو, سيدي."""
    CHAIN = next(_bits)
    """May lead from one noun of place to the next: "a warehouse near the port"."""
    RELATIONAL = next(_bits)
    """A role that is always somebody's or something's."""
    LIGHT = next(_bits)
    """Makes a verb of the noun before it: متهم کرد."""
    CITY = next(_bits)
    COUNTRY = next(_bits)
    JOIN = next(_bits)
    ARTICLE = next(_bits)
    POSSESSIVE = next(_bits)
    LISTING = next(_bits)
    PARTITIVE = next(_bits)
    OWN = next(_bits)
    QUOTED = next(_bits)
    SERVANT = next(_bits)
    AFTER = next(_bits)
    AGENCY = next(_bits)
    """A news agency or a company of the lexicon, in a script without capitals."""
    DEMONYM = next(_bits)
    NO_NAME = next(_bits)
    """Capitals of a unit or a time: GMT."""
    WORD = next(_bits)
    """A word of some row of the lexicon as it stands."""
    FORM = next(_bits)
    """A form of one, if only by what was cut off it."""
    VERB = next(_bits)
    """Looks like a verb where the script has no capitals."""
    DEFINITE = next(_bits)
    """Carries the Arabic article."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one word can be."""

    cues: Cues
    cut: int
    """Letters at its front that are words of their own: و, ب, ل."""


def key(word: str) -> str:
    """A word as the tables hold it."""
    return bare(fold_text(word))


def keys(words: str) -> list[tuple[str, ...]]:
    """The entries of a list, each as its words."""
    return [tuple(part for part in key(entry).split("_") if part) for entry in words.split()]


_SECTIONS = (
    ("roles.toml", "heads", Cue.ROLE),
    ("roles.toml", "titles", Cue.TITLE),
    ("roles.toml", "before", Cue.BEFORE),
    ("roles.toml", "of", Cue.OF),
    ("roles.toml", "after", Cue.AFTER),
    ("roles.toml", "end", Cue.END),
    ("roles.toml", "speech", Cue.SPEECH),
    ("named_cues.toml", "body_heads", Cue.BODY),
    ("named_cues.toml", "body_lower", Cue.LOWER),
    ("named_cues.toml", "body_more", Cue.MORE),
    ("named_cues.toml", "place_heads", Cue.PLACE_HEAD),
    ("named_cues.toml", "place_types", Cue.PLACE_TYPE),
    ("named_cues.toml", "places", Cue.PLACE),
    ("named_cues.toml", "place_prepositions", Cue.PREPOSITION),
    ("named_cues.toml", "place_before", Cue.PLACE_BEFORE),
    ("named_cues.toml", "demonyms", Cue.DEMONYM),
    ("named_cues.toml", "family", Cue.FAMILY),
    ("named_cues.toml", "place_lead", Cue.PLACE_LEAD),
    ("named_cues.toml", "place_chain", Cue.CHAIN),
    ("roles.toml", "relational", Cue.RELATIONAL),
    ("roles.toml", "light", Cue.LIGHT),
)


@cache
def _listed(language: str) -> tuple[dict[str, Cues], dict[str, tuple[tuple[tuple[str, ...], Cues], ...]]]:
    """The cues of single words, and those of several by their first word."""
    single: dict[str, Cues] = {}
    several: dict[str, tuple[tuple[tuple[str, ...], Cues], ...]] = {}

    def add(entries: Iterable[tuple[str, ...]], cue: Cues) -> None:
        for entry in entries:
            if len(entry) == 1:
                single[entry[0]] = single.get(entry[0], 0) | cue
            elif entry:
                several[entry[0]] = (*several.get(entry[0], ()), (entry[1:], cue))

    for file, section, cue in _SECTIONS:
        entries = keys(load_toml(file)[section].get(language, ""))
        add((_plural(e, language) for e in entries for _plural in _forms(cue)), cue)
    given = load_toml("given.toml")
    script = "latin" if language not in {"ar", "fa"} else language
    add(keys(given["given"][script]), Cue.GIVEN)
    if script != "latin":
        add(keys(given["given"]["transliterated"]), Cue.GIVEN)
        add(keys(given["given"]["fa" if language == "ar" else "ar"]), Cue.GIVEN)
    add(keys(given["parts"][script]), Cue.PART)
    add(keys(given["parts"][f"{script}_lead"]), Cue.LEAD)
    add(keys(load_toml("named_cues.toml")["body_marks"]["all"]), Cue.MARK)
    add(keys(load_toml("cities.toml")[script]), Cue.CITY)
    if script == "latin" and language != "en":
        add(keys(load_toml("named_cues.toml")["body_heads"]["en"]), Cue.MARK)  # Human Rights Watch, in any language
    for name, words in load_toml("named_cues.toml")["small"].items():
        add(keys(words), getattr(Cue, name.upper()))
    add(keys(load_toml("named_cues.toml")["no_names"]["all"]), Cue.NO_NAME)
    return single, several


_FEMININE = {"ar": ("ه", "ون", "ین", "ون"), "fa": ("ان", "ها", "های", "ان")}
_DUALS = ("تان", "تین", "ات", "ات")
"""Of Arabic words in ة, in place of it."""
_PLURALS = {"en": "s", "pt": "s", "fr": "s"}


def _forms(cue: Cues) -> tuple[Callable[[tuple[str, ...], str], tuple[str, ...]], ...]:
    """Ways to change an entry: heads of noun phrases are inflected, all else stands as it is."""

    def as_is(entry: tuple[str, ...], _: str) -> tuple[str, ...]:
        return entry

    def inflect(at: int) -> Callable[[tuple[str, ...], str], tuple[str, ...]]:
        def changed(entry: tuple[str, ...], language: str) -> tuple[str, ...]:
            last = -1 if language == "en" else 0
            endings = _FEMININE.get(language) or (_PLURALS.get(language, ""), "es", "x", "")
            stem = entry[last]
            if stem.endswith(("s", "x")):
                return entry
            form = stem[:-1] + _DUALS[at] if language == "ar" and stem.endswith("ه") else stem + endings[at]
            if language == "fr" and endings[at] == "x" and stem.endswith("al"):
                form = stem[:-1] + "ux"
            return (*entry[:-1], form) if last == -1 else (form, *entry[1:])

        return changed

    def indefinite(entry: tuple[str, ...], language: str) -> tuple[str, ...]:
        return (entry[0] + "ی", *entry[1:]) if language == "fa" else entry

    if cue == Cue.PLACE:
        return (as_is, *(inflect(at) for at in range(4)), indefinite)
    if cue == Cue.ROLE:
        return (as_is, *(inflect(at) for at in range(4)))
    return (as_is,)


@cache
def _row_names() -> tuple[frozenset[str], frozenset[str]]:
    """The rows of the lexicon that are countries, cities and waters, and those that are kinds of place."""
    table = load_toml("named_cues.toml")
    left_out = {" ".join(e) for name in ("persons", "bodies") for e in keys(table["rows"][name])}
    geo = {row.split("|")[0].split(",")[0] for row in read_package_text("lexicon/geo.txt").splitlines()[1:]}
    geo |= {" ".join(e) for e in keys(table["rows"]["countries"])}
    return frozenset(geo - left_out), frozenset(" ".join(e) for e in keys(table["places"]["concepts"]))


@cache
def _row_cue(concept: int) -> Cues:
    """What the row of a concept says of its words."""
    name = lexicon.concept_name(concept)
    geo, places = _row_names()
    # Rows that come from the list of territories begin with a capital, alone among all.
    if name in geo or name[:1].isupper():
        return Cue.COUNTRY
    if key(name) in places:
        return Cue.PLACE
    if name in _names_of_row("persons"):
        return Cue.FAMILY
    return Cue.AGENCY if name in _names_of_row("bodies") else 0


@cache
def _names_of_row(section: str) -> frozenset[str]:
    return frozenset(" ".join(e) for e in keys(load_toml("named_cues.toml")["rows"][section]))


def names_country(concept: int) -> bool:
    """Whether a concept of the lexicon is a country, city, region or water."""
    return _row_cue(concept) == Cue.COUNTRY


@cache
def month_words() -> frozenset[str]:
    """The names of months, those too that are common words."""
    rows = load_toml("dates.toml")["gregorian"]
    forms = ",".join(form for name in ("alone", "with_day_or_year") for form in rows[name])
    return frozenset(key(form.strip()) for form in forms.split(",")) - {""}


@cache
def own_endings(language: str) -> tuple[str, ...]:
    """Endings of common words in a script without capitals."""
    return _table("named_cues.toml", "own_endings", language)


def listed(language: str, form: str) -> Cues:
    """What the tables say of a form as it stands, nothing taken off it."""
    return _listed(language)[0].get(form, 0)


class _Vocabulary(dict[str, Facts]):
    """The words met in a language, each looked up at first sight."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> Facts:
        if len(self) >= _MAX_WORDS:
            self.clear()
        self[word] = found = _facts(word, self._language)
        return found


vocabulary = cache(_Vocabulary)


def several(language: str, word: str) -> tuple[tuple[tuple[str, ...], Cues], ...]:
    """The entries of several words that begin with this one: the further words, and what they are."""
    return _listed(language)[1].get(word, ())


def _facts(word: str, language: str) -> Facts:
    single = _listed(language)[0]
    plain = bare(word)
    cues, cut = single.get(plain, 0), 0
    if language == "ar":
        for form, front in _unprefixed(plain):
            found = single.get(form, 0)
            if found & Cue.GIVEN and (form != plain[front:] or not front):
                found = found & ~Cue.GIVEN | Cue.FAMILY  # الأمين is no given name
            if front and plain[0] != "ب":
                found &= ~Cue.PLACE_LEAD
            if form != plain[front:]:
                found &= ~Cue.CITY  # الصور are pictures, صور is a city
            if found & ~(Cue.STOP | Cue.PART | Cue.LEAD) and not cues & ~(Cue.STOP | Cue.PART | Cue.LEAD):
                cues, cut = cues | found, front
    if cues & (Cue.PREPOSITION | Cue.PLACE_TYPE) or (cues & Cue.PLACE and language in {"ar", "fa"}):
        cues &= ~Cue.ROLE
    cues |= _lexical(word, plain, language)
    if language == "ar" and cues & Cue.COUNTRY and not cut and plain[0] in _PROCLITICS:
        table = lexicon.lexicon(language).words
        cut = int(plain[1:] in table and plain not in table)
    if plain in stop_words(language):
        cues |= Cue.STOP
    if plain in calendar_words():
        cues |= Cue.CALENDAR
    if language in {"ar", "fa"}:
        cues |= _shape(plain, language, cues)
    elif any(plain.endswith(e) for e in _table("roles.toml", "adjective", language)) and len(plain) > 3:
        cues |= Cue.ADJECTIVE
    if len(plain) > 4 and any(
        plain.endswith(e) and len(plain) > len(e) + 2
        for e in _table("given.toml", "endings", language if language in {"ar", "fa"} else "latin")
    ):
        cues |= Cue.FAMILY if not cues & Cue.WORD else 0
    return Facts(cues, cut)


@cache
def _table(file: str, section: str, name: str) -> tuple[str, ...]:
    return tuple(key(word) for word in load_toml(file)[section].get(name, "").split())


def _unprefixed(plain: str) -> list[tuple[str, int]]:
    """An Arabic word without article and what is written before it, with the letters cut in front of a name."""
    found: list[tuple[str, int]] = []
    if plain.startswith("ال") and len(plain) > 4:
        found.append((plain[2:], 0))
    if plain[0] in _PROCLITICS and len(plain) > 3:
        found.append((plain[1:], 1))
        if plain.startswith("ال", 1) and len(plain) > 5:
            found.append((plain[3:], 1))
    if plain.startswith("لل") and len(plain) > 4:
        found += [("ال" + plain[2:], 0), (plain[2:], 0)]
    if plain[-1] in "هی" and len(plain) > 4 and plain.endswith(("ته", "تها", "ها")):
        found.append((plain.removesuffix("ها").removesuffix("ته") + "ه", 0))
    return found


def _lexical(word: str, plain: str, language: str) -> Cues:
    cues = 0
    table = lexicon.lexicon(language).words
    if word in table or plain in table or (language == "ar" and any(form in table for form, _ in _unprefixed(plain))):
        cues |= Cue.WORD
    found = lexicon.concepts(word, language)
    if found:
        cues |= Cue.FORM
    # What only shares a stem with a country's name is no country: کرده and کرد.
    if any(_row_cue(c) == Cue.COUNTRY for c in found[:2]) and (cues & Cue.WORD or language not in {"ar", "fa"}):
        cues |= Cue.DEMONYM if _demonym(plain, language) else Cue.COUNTRY
    row = _row_cue(found[0]) if found else 0
    if row & (Cue.PLACE | Cue.FAMILY) or (row == Cue.AGENCY and language in {"ar", "fa"} and cues & Cue.WORD):
        cues |= row
    return cues


def _demonym(plain: str, language: str) -> bool:
    """Whether a word of a country's row says where somebody is from, not the country."""
    if plain in _table("named_cues.toml", "demonyms", language):
        return True
    forms = {plain, *(form for form, _ in _unprefixed(plain))} if language == "ar" else {plain}
    if forms & set(_table("named_cues.toml", "not_demonyms", language)):
        return False
    return any(plain.endswith(e) for e in _table("named_cues.toml", "demonym_endings", language))


def _shape(plain: str, language: str, cues: Cues) -> Cues:
    """What the letters of a word say in a script without capitals."""
    found = 0
    adjective = _table("roles.toml", "adjective", language)
    if len(plain) > 4 and plain.endswith(adjective):
        found |= Cue.ADJECTIVE
    if language == "ar":
        stem = plain[1:] if plain[0] in "وف" and len(plain) > 4 else plain
        if stem.startswith(("ال", "لل", "بال")) and len(stem) > 3:
            found |= Cue.DEFINITE
        elif not cues & (Cue.GIVEN | Cue.CITY | Cue.COUNTRY) and _arabic_verb(stem):
            found |= Cue.VERB
    elif len(plain) > 4 and (
        (plain.startswith(("می", "نمی")) and plain.endswith(_PERSIAN_PERSONS)) or plain.endswith(_PERSIAN_VERBS)
    ):
        found |= Cue.VERB
    return found


def _arabic_verb(stem: str) -> bool:
    if len(stem) < 4:
        return False
    long = len(stem) > 6 and not stem.endswith(("ون", "ها", "هم"))
    if stem.startswith(("ی", "ت", "سی", "ست", "ن")) and not stem.endswith(("ه", "ا", "ی")) and not long:
        return True
    if stem.endswith(("وا", "تم")) or (stem.endswith("ت") and stem[-2] not in "اوی"):
        return True
    return stem.startswith(("است", "انت", "انط", "افت", "اجت", "اعت", "اقت", "احت", "اخت")) and len(stem) > 5
