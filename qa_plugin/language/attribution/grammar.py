"""The tables by which attributions are found, compiled once a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text


@dataclass(frozen=True, slots=True)
class Grammar:
    """What `data/attributions.toml` says of a language, as patterns."""

    language: str
    order: str
    before: re.Pattern[str]
    """With the groups `claims` and `denies`."""
    verbs: re.Pattern[str]
    """With the groups `says`, `inverted`, `back`, `claims` and `denies`."""
    mute: re.Pattern[str]
    mute_before: re.Pattern[str]
    not_after: re.Pattern[str]
    linkers: frozenset[str]
    addressing: frozenset[str]
    ends: re.Pattern[str]
    objects: re.Pattern[str]
    opens: re.Pattern[str]
    soft: frozenset[str]
    lead: re.Pattern[str]
    back: re.Pattern[str]
    """A name that is none: a pronoun, "the same source"."""
    pronoun: re.Pattern[str]
    open_heads: frozenset[str]
    anonymous: re.Pattern[str]
    published: re.Pattern[str]
    """What is said of a toll or a report that somebody gave out."""
    by: re.Pattern[str]
    """Up to who gave it out."""
    topic: re.Pattern[str]
    """What sets who speaks before a verb that else stands first."""
    contrast: re.Pattern[str]
    weak: re.Pattern[str]


_NEVER = "(?!)"


@cache
def grammar_of(language: str) -> Grammar | None:
    """The tables of a language; None for one that has none."""
    raw = load_toml("attributions.toml").get(language)
    if not raw:
        return None
    table = {name: [plain(text) for text in texts] for name, texts in raw.items() if isinstance(texts, list)}

    def any_of(name: str) -> str:
        return "|".join(f"(?:{text})" for text in table.get(name, [])) or _NEVER

    def words(name: str) -> frozenset[str]:
        return frozenset(table.get(name, []))

    groups = {"denies": "denies", "claims": "claims", "back": "says_back", "says": "says", "inverted": "says_inverted"}
    verbs = "|".join(f"(?P<{group}>{any_of(name)})" for group, name in groups.items())
    before = any_of("before").replace("{says}", f"(?:{any_of('says')})") + "".join(
        f"|(?P<{group}>{any_of(name)})" for group, name in (("claims", "before_claims"), ("denies", "before_denies"))
    )
    return Grammar(
        language,
        raw.get("order", "svo"),
        re.compile(rf"(?<![\w'])(?:{before})(?:(?!\w)|(?<= ل)|(?<= لل)|(?<='))"),
        re.compile(rf"(?<![\w-])(?:{verbs})(?![\w])"),
        re.compile(rf"(?<!\w)(?:{any_of('mute')})\s$"),
        re.compile(rf"(?<!\w)(?:{any_of('mute_before')})\s$"),
        re.compile(rf"\s?(?:{any_of('not_after')})(?!\w)"),
        words("linkers"),
        words("addressing"),
        re.compile(any_of("ends")),
        re.compile(any_of("objects")),
        re.compile(rf"(?<!\w)(?:{any_of('opens')})(?!\w)'?"),
        words("soft"),
        re.compile(rf"(?:{any_of('lead')})(?!\w)[\s,]*"),
        re.compile(rf"(?:{any_of('pronouns')}|{any_of('anaphors')})"),
        re.compile(rf"(?:{any_of('pronouns')})(?!\w)"),
        words("open_heads"),
        re.compile(rf"\s?(?:{any_of('anonymous')})"),
        re.compile(rf"(?<!\w)(?:{any_of('published')})(?!\w)"),
        re.compile(rf"(?:\s\S+){{0,4}}?\s(?:{any_of('by')})(?!\w)"),
        re.compile(rf"(?:{any_of('topic')})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{any_of('contrast')})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{any_of('weak')})(?!\w)"),
    )


def plain(text: str) -> str:
    """A folded text without accents, letter for letter."""
    folded = fold_text(text)
    if folded.isascii():
        return folded
    # Few letters of a text change: this takes a tenth of the time of looking at each.
    for letter in set(folded):
        without = bare(letter)
        if without != letter:
            folded = folded.replace(letter, without if len(without) == 1 else "?")
    return folded


@cache
def shared(name: str) -> str:
    """The patterns of all languages under one name, as alternatives."""
    return "|".join(f"(?:{plain(text)})" for text in load_toml("attributions.toml")["all"][name])
