"""Those who act and where they do, by common noun: "the fire service", "dans un entrepôt près du port"."""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.evidence.naming.arabic_names import body_end
from qa_plugin.evidence.reading.cues import Cue
from qa_plugin.evidence.reading.words import Word, has

_CLOSE = frozenset({" ", "-", "'"})
_ARABIC = frozenset({"ar", "fa"})
_REACH = 4
"""Words over which an article may stand before its noun, or a preposition before its noun of place."""
_NO_NOUN = Cue.STOP | Cue.END | Cue.CALENDAR | Cue.SPEECH
_NO_ROLE = Cue.SPEECH | Cue.END
_PROPER = Cue.CITY | Cue.COUNTRY


def role_spans(words: Sequence[Word], language: str) -> list[tuple[int, int]]:
    """The noun phrases of roles, as places in the list of words."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        word = words[at]
        if not has(word, Cue.ROLE) or has(word, _NO_ROLE) or _is_light(words, at + 1):
            at += 1
            continue
        first = _phrase_start(words, at, language)
        last = _role_end(words, at, language)
        while found and first <= found[-1][0]:
            found.pop()  # "the defendant" in "the defendant's lawyer"
        if found:
            first = max(found[-1][1], first)
        found.append((first, last))
        at = last
    return found


def _is_light(words: Sequence[Word], at: int) -> bool:
    """Whether a word makes a verb of the one before it."""
    return at < len(words) and has(words[at], Cue.LIGHT) and words[at].gap == " "


def _phrase_start(words: Sequence[Word], at: int, language: str) -> int:
    """Where the noun phrase begins whose head stands here: at its article, its adjectives, its owner."""
    first, small = at, False
    for back in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if words[back + 1].gap not in _CLOSE or words[back].text[0].isdigit():
            break
        word = words[back]
        if has(word, Cue.BEFORE):
            first = back
            if has(word, Cue.STOP):
                break
            continue
        owner = has(word, Cue.POSSESSIVE) and word.gap == "'" and language == "en"
        if has(word, Cue.DEMONYM) or (language == "en" and has(word, Cue.ROLE)) or owner:
            first = back - 1 if owner and back else back
            continue
        adjective = has(word, Cue.ADJECTIVE) if language != "en" else at - back < 3 and not (small and word.capital)
        small = small or not word.capital
        if language in _ARABIC or not adjective or has(word, _NO_NOUN | Cue.PREPOSITION | Cue.OF | Cue.VERB):
            break
        # Another word counts where an article stands before it.
    return first


def _role_end(words: Sequence[Word], at: int, language: str) -> int:
    end = at + words[at].span
    if language == "ar":
        return _arabic_role_end(words, at, end)
    if language == "fa":
        return _persian_role_end(words, at, end)
    chains = 0
    while end < len(words) and words[end].gap in _CLOSE:
        word = words[end]
        if has(word, Cue.ROLE) and not word.capital and words[end].gap != "'":
            end += word.span
        elif has(word, Cue.ADJECTIVE) and not has(word, _NO_NOUN | Cue.OF) and not word.capital and language != "en":
            end += 1
        elif has(word, Cue.OF) and chains < 2 and (after := _complement_end(words, end + 1, language)) is not None:
            end, chains = after, chains + 1
        else:
            break
    return end


def _complement_end(words: Sequence[Word], at: int, language: str) -> int | None:
    """The place behind the noun that follows "of" here, with its article and adjectives."""
    while at < len(words) and words[at].gap in _CLOSE and has(words[at], Cue.BEFORE) and not words[at].capital:
        at += 1
    if at >= len(words) or words[at].gap not in _CLOSE or words[at].text[0].isdigit():
        return None
    if has(words[at], _NO_NOUN) and not words[at].capital:
        return None
    end = at + words[at].span
    while end < len(words) and words[end].gap in _CLOSE:
        word = words[end]
        goes_on = (word.capital and words[end - 1].capital) or word.gap == "-"
        small = has(word, Cue.PART) and end + 1 < len(words) and words[end + 1].capital and words[end - 1].capital
        if language == "en":
            goes_on = goes_on or (
                not word.capital and not has(word, _NO_NOUN | Cue.OF | Cue.PREPOSITION) and has(word, Cue.ROLE)
            )
        else:
            goes_on = goes_on or (has(word, Cue.ADJECTIVE) and not has(word, _NO_NOUN) and not word.capital)
        if not goes_on and not (small and not has(word, Cue.OF)):
            break
        end += 1
    return end


def _arabic_role_end(words: Sequence[Word], at: int, end: int) -> int:
    construct = not has(words[at], Cue.DEFINITE)
    steps = 0
    while end < len(words) and words[end].gap == " " and steps < 4:
        word = words[end]
        if has(word, Cue.OF) and end + 1 < len(words):
            end, construct = end + 1, True
            continue
        if has(word, Cue.BODY) and ((not has(word, Cue.DEFINITE) and construct) or word.text.startswith("لل")):
            return body_end(words, end, "ar")
        if has(word, Cue.PARTITIVE) and construct and end + 1 < len(words) and has(words[end + 1], Cue.BODY):
            return body_end(words, end + 1, "ar")
        if has(word, _NO_NOUN | Cue.PREPOSITION | Cue.GIVEN) or (has(word, Cue.VERB) and not has(word, Cue.DEFINITE)):
            break
        describes = has(word, Cue.ADJECTIVE | Cue.DEMONYM | Cue.MORE | Cue.AFTER)
        heads = has(word, Cue.ROLE | Cue.PLACE | Cue.PLACE_TYPE | _PROPER)
        if not describes and not (construct and (has(word, Cue.DEFINITE) or heads)):
            break
        if not describes or construct:
            construct = construct and not has(word, Cue.DEFINITE | _PROPER)
        end, steps = end + word.span, steps + 1
    return end


def _persian_role_end(words: Sequence[Word], at: int, end: int) -> int:
    needs = has(words[at], Cue.RELATIONAL)
    steps = 0
    while end < len(words) and words[end].gap == " " and steps < 4:
        word = words[end]
        own = has(word, Cue.OWN) and needs
        if own:
            return end + 1
        if has(word, _NO_NOUN | Cue.PREPOSITION | Cue.VERB | Cue.GIVEN) and not has(word, _PROPER):
            break
        if has(word, Cue.BODY):
            return body_end(words, end, "fa")
        heads = has(word, Cue.ROLE | Cue.PLACE_TYPE | _PROPER)
        adjective = has(word, Cue.DEMONYM | Cue.AFTER) or (has(word, Cue.ADJECTIVE) and has(word, Cue.FORM))
        if not needs and not heads and not adjective:
            break
        if has(word, Cue.ROLE) and not needs:
            break
        needs = has(word, Cue.RELATIONAL | Cue.PLACE_TYPE)
        end, steps = end + word.span, steps + 1
        if has(word, _PROPER):
            break
    return end


# ---------------------------------------------------------------- places


def place_spans(words: Sequence[Word], language: str) -> list[tuple[int, int]]:
    """The noun phrases of place behind a preposition of place, which stays outside."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        word = words[at]
        proper = has(word, _PROPER) or (word.capital and not word.upper and at)
        adjective = has(word, Cue.PLACE_BEFORE) and not (at + 1 < len(words) and has(words[at + 1], Cue.OF))
        if not has(word, Cue.PLACE | Cue.PLACE_TYPE) or has(word, Cue.CALENDAR | Cue.END) or proper or adjective:
            at += 1
            continue
        first = _behind_preposition(words, at, language)
        if first is None:
            at += 1
            continue
        last = _place_end(words, at, language)
        found.append((first, last))
        at = last
    return found


def _behind_preposition(words: Sequence[Word], at: int, language: str) -> int | None:
    """Where the noun phrase of a noun of place begins, if a preposition of place stands before it."""
    if language == "ar" and words[at].facts.cut and words[at].text[0] == "ب":
        return at
    others, article = 0, False
    for back in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if words[back + 1].gap not in _CLOSE:
            return None
        word = words[back]
        if has(word, Cue.PREPOSITION):
            return back + 1
        if article:
            return None
        if has(word, Cue.PLACE_BEFORE):
            article = has(word, Cue.STOP)
            continue
        others += 1
        if language in _ARABIC or others > 2 or has(word, _NO_NOUN):
            return None
    return None


def _place_end(words: Sequence[Word], at: int, language: str) -> int:
    end = at + words[at].span
    while end < len(words) and words[end].gap in _CLOSE:
        word = words[end]
        after = _chained(words, end, language)
        if after is not None:
            end = after
        elif has(word, Cue.CALENDAR | Cue.SPEECH):
            break
        elif language == "en":
            if not has(word, Cue.PLACE) or has(word, Cue.STOP | Cue.PREPOSITION):
                break
            end += 1
        elif language == "ar":
            construct = not has(words[end - 1], Cue.DEFINITE) and end - at == words[at].span
            unheard = has(words[at], Cue.PLACE_TYPE) and not has(word, Cue.FORM | _NO_NOUN)
            if ((construct and has(word, _PROPER)) or unheard) and not has(word, Cue.DEMONYM):
                end += word.span
                continue
            describes = has(word, Cue.ADJECTIVE) and has(word, Cue.DEFINITE) == has(words[end - 1], Cue.DEFINITE)
            near = has(word, Cue.AFTER)
            if has(word, Cue.STOP | Cue.END) or not (describes or near or (construct and has(word, Cue.DEFINITE))):
                break
            end += 1
        elif (
            has(word, Cue.DEMONYM if language == "fa" else Cue.ADJECTIVE) and not has(word, _NO_NOUN | Cue.PREPOSITION)
        ) or (
            language == "fa" and has(words[at], Cue.PLACE_TYPE) and end == at + 1 and not has(word, Cue.FORM | _NO_NOUN)
        ):
            end += 1
        elif language == "fa" and has(word, Cue.PLACE | Cue.PLACE_TYPE | _PROPER) and not has(word, Cue.STOP):
            end += word.span
        else:
            break
    return end


def _chained(words: Sequence[Word], at: int, language: str) -> int | None:
    """The place behind a further place: "near the port", "au nord de Dijon", "in Bristol"."""
    if not has(words[at], Cue.CHAIN):
        return None
    for ahead in range(at + 1, min(len(words), at + 1 + _REACH)):
        word = words[ahead]
        if word.gap not in _CLOSE or word.text[0].isdigit() or has(word, Cue.CALENDAR | Cue.SPEECH):
            return None
        proper = (
            has(word, _PROPER) or (word.capital and not word.upper) or (language in _ARABIC and not has(word, Cue.FORM))
        )
        proper = proper and not has(word, Cue.STOP | Cue.VERB)
        small = has(word, Cue.CHAIN | Cue.PLACE_BEFORE | Cue.PREPOSITION)
        if proper or (has(word, Cue.PLACE) and not small):
            end = ahead + word.span
            while end < len(words) and words[end].gap in _CLOSE and proper and words[end].capital:
                end += 1
            return end
        if not small:
            return None
    return None
