"""Names in the Arabic script, which has no capitals: from titles, heads, given names and what no dictionary knows."""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.evidence.naming.latin_names import Found
from qa_plugin.evidence.reading.cues import Cue, listed, own_endings
from qa_plugin.evidence.reading.words import Word, has

_PLACE = Cue.CITY | Cue.COUNTRY
_NO_NAME = Cue.STOP | Cue.END | Cue.SPEECH | Cue.VERB | Cue.CALENDAR
_NOT_FAMILY = Cue.PLACE_TYPE | Cue.PLACE_HEAD | Cue.CITY
_HEADS = Cue.ROLE | Cue.TITLE | Cue.BODY | Cue.PLACE_TYPE | Cue.PLACE_HEAD
_PERSONAL = Cue.GIVEN | Cue.FAMILY | Cue.PART | Cue.LEAD
_LONGEST = 6
_LONGEST_BODY = 6
_VOWELS = frozenset("اوی")
_LONG = 6
"""Letters from which an unknown word that stands alone is taken for a name."""
_FOREIGN = {"ar": frozenset("پچژگڤ"), "fa": frozenset("ژڤ")}


def find_arabic(words: Sequence[Word], language: str, roles: Sequence[tuple[int, int]]) -> list[Found]:
    """The names of a sentence; `roles` are its noun phrases of roles, behind which a name may stand."""
    ends = {last: first for first, last in roles}
    found: list[Found] = []
    at = 0
    while at < len(words):
        one = _at(words, at, language, ends) if _arabic(words[at]) else None
        if one is None:
            at += 1
            continue
        found.append(one)
        at = max(one.last, at + 1)
    return found


def _arabic(word: Word) -> bool:
    return "\u0600" <= word.text[0] <= "\u08ff" and not word.text[0].isdigit()


def _at(words: Sequence[Word], at: int, language: str, roles: dict[int, int]) -> Found | None:
    return (
        _titled(words, at, language, roles)
        or _body(words, at, language)
        or _headed_place(words, at, language)
        or _person(words, at, language)
        or _known(words, at)
        or _unknown(words, at, language)
    )


def _next(words: Sequence[Word], at: int) -> Word | None:
    """The word at a place, if only a blank or a hyphen parts it from the one before."""
    return words[at] if at < len(words) and words[at].gap in {" ", "-"} and _arabic(words[at]) else None


def _unheard(word: Word) -> bool:
    """Whether the lexicon knows nothing of a word and it looks like no verb."""
    return not has(word, Cue.FORM | _NO_NAME | Cue.PREPOSITION) and len(word.text) > 1


# ---------------------------------------------------------------- bodies


def _is_head(word: Word, language: str) -> bool:
    if not has(word, Cue.BODY):
        return False
    form = word.text[word.facts.cut :]
    return not (language == "ar" and has(word, Cue.DEFINITE) and not listed(language, form) & Cue.BODY)


def _body(words: Sequence[Word], at: int, language: str) -> Found | None:
    if (
        has(words[at], Cue.VERB | Cue.STOP | Cue.PREPOSITION)
        or not _is_head(words[at], language)
        or (at and has(words[at - 1], Cue.BEFORE) and words[at].gap == " ")
    ):
        return None
    last = body_end(words, at, language)
    if last <= at + words[at].span and words[at].span == 1:
        return None
    more = words[at + words[at].span : last]
    quoted = bool(more) and '"' in more[0].gap
    proper = quoted or any(
        _unheard(w) or (has(w, _PLACE | Cue.GIVEN | Cue.FAMILY) and not has(w, Cue.DEMONYM)) for w in more
    )
    if not proper and len(more) < 2 and not has(words[at], Cue.LOWER) and words[at].span == 1:
        return None  # "the insurance company"
    return Found(at, last, "body")


def body_end(words: Sequence[Word], at: int, language: str) -> int:
    """The place behind the name of a body whose head stands here; behind the head where no name follows."""
    end = at + words[at].span
    if end < len(words) and words[end].gap == ' "':
        close = end + 1
        while close < len(words) and '"' not in words[close].gap and close - end < _LONGEST_BODY:
            close += 1
        return close
    first = _next(words, end)
    if first is None or not _complement(first, language):
        return end
    unheard = _unheard(first)
    end += first.span
    while end - at < _LONGEST_BODY and (word := _next(words, end)) is not None:
        if has(word, Cue.SPEECH | Cue.VERB | Cue.CALENDAR):
            break
        goes_on = has(word, Cue.MORE) or (has(word, Cue.DEMONYM | Cue.COUNTRY) and not has(word, Cue.GIVEN))
        goes_on = goes_on and not (has(word, Cue.END | Cue.STOP) and not has(word, Cue.MORE))
        if language == "ar":
            goes_on = goes_on and (has(word, Cue.DEFINITE | Cue.COUNTRY) or not has(word, Cue.DEMONYM))
        named = _called_after(first, word)
        if not goes_on and not named and not (unheard and _unheard(word)):
            break
        end += word.span
    return end


def _called_after(first: Word, word: Word) -> bool:
    """Whether a body is called after somebody: جامعة الملك سعود, دانشگاه صنعتی شریف."""
    if has(word, _NO_NAME | Cue.PREPOSITION):
        return False
    if has(first, Cue.TITLE):
        return not has(word, Cue.DEFINITE)
    return has(first, Cue.MORE) and not has(first, Cue.DEFINITE) and has(word, Cue.GIVEN | Cue.FAMILY)


def _complement(word: Word, language: str) -> bool:
    """Whether a word can say which body it is that the head before it names."""
    if has(word, Cue.MORE | Cue.AGENCY):
        return True
    if has(word, _NO_NAME | Cue.PREPOSITION) and not has(word, Cue.DEFINITE | _PLACE):
        return False
    if has(word, Cue.SPEECH | Cue.CALENDAR | Cue.END):
        return False
    if language == "ar":
        if word.text.startswith("لل") or (has(word, Cue.ADJECTIVE) and not has(word, Cue.DEFINITE | _PLACE)):
            return False
        return has(word, Cue.DEFINITE | _PLACE | Cue.GIVEN | Cue.FAMILY) or not has(word, Cue.FORM)
    return not has(word, Cue.BEFORE)


# ---------------------------------------------------------------- places


def _headed_place(words: Sequence[Word], at: int, language: str) -> Found | None:
    """نهر النيل whole, and behind مدينة the name alone."""
    word, name = words[at], _next(words, at + 1)
    if name is None or not has(word, Cue.PLACE_HEAD | Cue.PLACE_TYPE):
        return None
    if language == "ar" and has(word, Cue.DEFINITE) and not has(word, Cue.PLACE_TYPE):
        return None
    proper = has(name, _PLACE | Cue.GIVEN | Cue.PLACE_LEAD) or _unheard(name)
    after = _next(words, at + 2)
    if has(name, Cue.TITLE | Cue.ROLE) and after is not None and has(after, Cue.GIVEN | Cue.FAMILY):
        return Found(at if has(word, Cue.PLACE_HEAD) else at + 1, at + 3, "place")  # بیمارستان امام رضا
    proper = proper and not has(name, Cue.DEMONYM) and not has(name, Cue.ROLE | Cue.BODY | Cue.BEFORE)
    if not proper:
        return None
    last = at + 1 + name.span
    if not has(name, _PLACE):
        while last - at < 4 and (more := _next(words, last)) is not None:
            led = has(words[last - 1], Cue.PLACE_LEAD) and not has(more, Cue.STOP | Cue.END | Cue.PREPOSITION)
            if not led and not _unheard(more):
                break
            last += 1
    return Found(at if has(word, Cue.PLACE_HEAD) else at + 1, last, "place")


def _known(words: Sequence[Word], at: int) -> Found | None:
    word = words[at]
    if has(word, Cue.AGENCY) and not has(word, Cue.STOP):
        return Found(at, at + word.span, "body")
    if not has(word, _PLACE) or has(word, Cue.DEMONYM | Cue.VERB | Cue.END):
        return None
    common = has(word, Cue.WORD | Cue.STOP | Cue.CALENDAR) and not has(word, Cue.COUNTRY) and word.span == 1
    if common and not _behind_preposition(words, at):
        return None
    return Found(at, at + word.span, "place")


def _behind_preposition(words: Sequence[Word], at: int) -> bool:
    if words[at].facts.cut and words[at].text[0] == "ب":
        return True
    return at > 0 and words[at].gap == " " and has(words[at - 1], Cue.PREPOSITION | Cue.PLACE_TYPE)


# ---------------------------------------------------------------- persons


def _titled(words: Sequence[Word], at: int, language: str, roles: dict[int, int]) -> Found | None:
    """A name behind a title or behind a noun phrase of a role."""
    word = words[at]
    if at == 0 or word.gap not in {" ", ", ", ". "}:
        return None
    before = words[at - 1]
    title = has(before, Cue.TITLE) and word.gap != ", "
    role = roles.get(at)
    if not title and role is None:
        return None
    after = _next(words, at + 1)
    parted = after is not None and has(after, Cue.PART)  # "يوست دي فريس": يوست has the shape of a verb
    never = _NO_NAME & ~Cue.VERB if parted else _NO_NAME
    if has(word, never | Cue.PREPOSITION | _PLACE | Cue.BODY) and not has(word, Cue.GIVEN | Cue.LEAD | Cue.FAMILY):
        return None
    if has(word, Cue.STOP) and not title and not (after is not None and has(after, Cue.GIVEN | Cue.FAMILY)):
        return None
    if has(word, Cue.ROLE | Cue.TITLE | Cue.BEFORE | Cue.STOP | Cue.END) and not has(word, Cue.GIVEN):
        return None
    if has(word, Cue.WORD) and not has(word, Cue.GIVEN | Cue.LEAD | Cue.FAMILY):
        if not title or language == "ar":
            return None
    elif has(word, Cue.DEFINITE) and not has(word, Cue.GIVEN | Cue.FAMILY) and not title:
        return None
    last = _person_end(words, at, language)
    personal = has(word, Cue.GIVEN | Cue.FAMILY | Cue.LEAD)
    if role is not None and not title and not personal:
        # "the coach of Olympique" in a construct, and one unknown word that may be any noun
        construct = has(before, Cue.ROLE) and not has(before, Cue.DEFINITE) and word.gap == " "
        if construct or last - at < 2:
            return None
    return Found(at, last, "person", role if role is not None else at - 1)


def _person(words: Sequence[Word], at: int, language: str) -> Found | None:
    word = words[at]
    following = _next(words, at + 1)
    before = words[at - 1] if at and word.gap == " " else None
    beside = following is not None and (has(following, Cue.GIVEN | Cue.FAMILY | Cue.LEAD) or _unheard(following))
    beside = beside and not (following is not None and has(following, _NO_NAME | Cue.PREPOSITION))
    if has(word, Cue.GIVEN):
        common = has(word, Cue.WORD | Cue.STOP | Cue.ROLE | Cue.END)
        behind = before is not None and has(before, Cue.SPEECH) and language == "ar"
        if common and not beside and not behind:
            return None
        if has(word, Cue.STOP | Cue.END) and not (
            following is not None and has(following, Cue.GIVEN | Cue.FAMILY | Cue.SERVANT)
        ):
            return None
    elif has(word, Cue.LEAD):
        servant = has(word, Cue.SERVANT) and following is not None and following.text.startswith("ال")
        if following is None or not (has(following, Cue.GIVEN) or servant) or has(following, Cue.PREPOSITION):
            return None
    elif not (_spoken(words, at, language) and _unheard(word)) or has(word, _HEADS):
        return None
    if has(word, Cue.PLACE) and not beside:
        return None
    last = _person_end(words, at, language)
    if last == at + 1 and has(word, Cue.GIVEN) and has(word, _PLACE):
        return None
    return Found(at, last, "person")


def _spoken(words: Sequence[Word], at: int, language: str) -> bool:
    """Whether a word stands where the subject of a verb of speaking does."""
    if language == "ar":
        return at > 0 and words[at].gap == " " and has(words[at - 1], Cue.SPEECH)
    if at and words[at].gap == " " and has(words[at - 1], Cue.QUOTED):
        return True
    last = at + 1
    while last < len(words) and words[last].gap == " " and _unheard(words[last]) and last - at < 3:
        last += 1
    return last < len(words) and words[last].gap == " " and has(words[last], Cue.SPEECH) and last - at > 1


def _person_end(words: Sequence[Word], at: int, language: str) -> int:
    end = at + 1
    parts = 0 if has(words[at], Cue.LEAD | Cue.PART) and not has(words[at], Cue.GIVEN) else 1
    while end - at < _LONGEST and (word := _next(words, end)) is not None:
        if not _goes_on(words, at, end, parts, language):
            break
        parts += not (has(word, Cue.PART) and not has(word, Cue.GIVEN))
        end += 1
    while end > at + 1 and has(words[end - 1], Cue.PART) and not has(words[end - 1], Cue.GIVEN):
        end -= 1
    return end


def _goes_on(words: Sequence[Word], first: int, at: int, parts: int, language: str) -> bool:
    """Whether a word belongs to the person's name that stands before it."""
    word = words[at]
    if parts == 0 or has(words[at - 1], Cue.LEAD | Cue.SERVANT):
        return not has(word, Cue.SPEECH | Cue.CALENDAR | Cue.PREPOSITION)
    if has(word, Cue.SPEECH | Cue.CALENDAR) or (has(word, Cue.STOP | Cue.END | Cue.PREPOSITION)):
        return has(word, Cue.PART) and has(word, Cue.LEAD | Cue.PART) and _next(words, at + 1) is not None
    if word.facts.cut and not has(word, Cue.WORD) and word.text[0] in "وبل" and language == "ar":
        return False
    if has(word, _PERSONAL):
        return not (has(word, Cue.VERB) and not has(word, Cue.GIVEN | Cue.FAMILY))
    strong = has(words[first], Cue.GIVEN) and not has(words[first], Cue.WORD)
    if language == "ar" and word.text.startswith("لل"):
        return False
    second = language == "ar" and parts == 1 and has(words[first], Cue.GIVEN)
    if second and has(word, Cue.DEFINITE) and not has(word, _NOT_FAMILY):
        # A family name is often a noun (المعلم, القضاة); one of a role goes on in an apposition where it is none.
        after = _next(words, at + 1)
        return not has(word, Cue.ROLE | Cue.BODY) or after is None or has(after, Cue.STOP | Cue.SPEECH)
    if has(word, Cue.VERB | Cue.ROLE | Cue.BODY | Cue.PLACE_TYPE | Cue.BEFORE | _PLACE | Cue.DEMONYM):
        return False
    if not has(word, Cue.FORM):
        # A third short word is a verb rather (حصر), unless it has a long vowel as foreign names do (أون).
        return parts < 2 or len(word.text) > 4 or not _VOWELS.isdisjoint(word.text)
    if not has(word, Cue.WORD):
        return parts < 3 and (language == "fa" or has(word, Cue.DEFINITE) or (parts == 1 and len(word.text) > 3))
    if language == "ar":
        return parts == 1 and has(word, Cue.DEFINITE) and has(word, Cue.ADJECTIVE)
    return parts == 1 and strong


# ---------------------------------------------------------------- what nobody knows


def _unknown(words: Sequence[Word], at: int, language: str) -> Found | None:
    """Two or three words that no dictionary knows, one behind a preposition of place, or one with foreign letters."""
    word = words[at]
    if at and words[at - 1].text[0].isdigit():
        return None  # a unit
    if not (_unheard(word) or has(word, Cue.PLACE_LEAD)) or has(
        word, Cue.ROLE | Cue.BODY | Cue.TITLE | Cue.PLACE | Cue.PLACE_HEAD | Cue.PLACE_TYPE
    ):
        return None
    last = at + 1
    while last - at < 4 and (more := _next(words, last)) is not None:
        led = has(words[last - 1], Cue.PLACE_LEAD) and not has(more, Cue.STOP | Cue.END | Cue.PREPOSITION)
        if not led and (not _unheard(more) or has(more, Cue.ROLE | Cue.BODY) or more.text.startswith("لل")):
            break
        if not led and (more.facts.cut or (len(more.text) < 4 and more.text[0] in "ول")) and language == "ar":
            break
        last += 1
    if last - at == 1:
        foreign = not _FOREIGN[language].isdisjoint(word.text)
        placed = _behind_preposition(words, at) and len(word.text) > (6 if has(word, Cue.DEFINITE) else 3)
        if has(word, Cue.DEFINITE) and has(word, Cue.ADJECTIVE):
            return None
        if not foreign and not placed and not _looks_foreign(word, language):
            return None
        return Found(at, last, "place" if placed and not foreign else "")
    return Found(at, last, "place" if has(word, Cue.PLACE_LEAD) else "")


def _looks_foreign(word: Word, language: str) -> bool:
    """Whether one unknown word is long and bears no ending of the language's own."""
    if len(word.text) < _LONG or has(word, Cue.DEFINITE | Cue.ADJECTIVE) or word.facts.cut:
        return False
    return not word.text.endswith(own_endings(language))
