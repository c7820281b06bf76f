"""Parts of the retrieval that can be switched off, to see what each of them is worth.

The product has no switches for this. A part is switched off from outside, by module attributes that are set and
then set back: a weight to 0, a limit to 0, a function to one that finds nothing. An attribute that is no longer there
is an error, so that a part does not stay on unnoticed after the product has changed.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import qa_plugin.plugin  # noqa: F401 - so that all modules are there to be looked through
from qa_plugin.errors import SettingsError
from qa_plugin.language import terms
from qa_plugin.language.folding import bare
from qa_plugin.language.questions import Question, Slot, Weighted
from qa_plugin.records import Hit
from qa_plugin.retrieval import weights
from qa_plugin.retrieval.variety import Said

_PACKAGE = "qa_plugin"
_REMEMBERING = ("qa_plugin.language", "qa_plugin.evidence", "qa_plugin.embeddings")
_SHARES = "qa_plugin.retrieval.shares"
_RETRIEVAL = "qa_plugin.retrieval.ranking"
_TERMS = "qa_plugin.language.terms"
_LEXICON = "qa_plugin.language.lexicon"
_STEMS = "qa_plugin.language.stems"


@dataclass(frozen=True, slots=True)
class Change:
    """An attribute of a module, and what it is while its part is off."""

    module: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the retrieval."""

    name: str
    changes: tuple[Change, ...]
    indexed: bool = False
    """Whether it takes part in indexing too, so that the index has to be made without it."""


@contextmanager
def switched_off(part: Part) -> Iterator[None]:
    """Everything as it is, without one part.

    Raises:
        SettingsError: The product no longer has an attribute that the part is switched by.
    """
    _forget()
    try:
        with changed(part):
            yield
    finally:
        _forget()


@contextmanager
def changed(part: Part) -> Iterator[None]:
    """The same for changes that touch nothing of what is remembered of words and sentences.

    Raises:
        SettingsError: The product no longer has an attribute that is to be changed.
    """
    undo: list[tuple[ModuleType, str, Any]] = []
    try:
        for change in part.changes:
            undo += _set(part, change)
        yield
    finally:
        for module, name, value in reversed(undo):
            setattr(module, name, value)


def _set(part: Part, change: Change) -> list[tuple[ModuleType, str, Any]]:
    """Set the attribute in its module and in those that have imported it; what it was in each."""
    home = sys.modules.get(change.module)
    if home is None or not hasattr(home, change.name):
        raise SettingsError(f"cannot switch off {part.name!r}: there is no {change.name} in {change.module}")
    before = getattr(home, change.name)
    holders = [module for module in _modules(_PACKAGE) if vars(module).get(change.name) is before]
    for module in holders:
        setattr(module, change.name, change.value)
    return [(module, change.name, before) for module in holders]


def _modules(*packages: str) -> list[ModuleType]:
    return [m for name, m in list(sys.modules.items()) if any(f"{name}.".startswith(f"{p}.") for p in packages)]


def _forget() -> None:
    """Empty what functions of the language remember: it was found with the part on (or off)."""
    for module in _modules(*_REMEMBERING):
        for value in list(vars(module).values()):
            clear = getattr(value, "cache_clear", None)
            # What takes no argument is data that was read, not something found by means of a part; a class is a table
            # that fills as it is asked.
            if callable(clear) and (inspect.isclass(inspect.unwrap(value)) or inspect.signature(value).parameters):
                clear()


# ---------------------------------------------------------------- what stands in for a part


def _nothing(*_arguments: Any, **_named: Any) -> tuple[()]:  # noqa: ANN401
    return ()


def _no_list(*_arguments: Any, **_named: Any) -> list[Any]:  # noqa: ANN401
    return []


def _none(*_arguments: Any, **_named: Any) -> None:  # noqa: ANN401
    return None


def _as_written(word: str, _language: str) -> str:
    return bare(word)


def _only_as_written(word: str, _language: str) -> tuple[str, ...]:
    return (bare(word),)


# As they are while their parts are on; without what `_keys` remembers, since that may be of another state.
_keys = inspect.unwrap(terms.word_keys)
_weigh = weights.weigh


def _without_stems(word: str, language: str, *, name: bool) -> tuple[str, ...]:
    return tuple(key for key in _keys(word, language, name=name) if key[0] != "s")


def _alike(slots: Sequence[Slot], frequencies: Mapping[str, int], count: int) -> tuple[Weighted, ...]:
    """Weights as if every word that is there stood in one passage only."""
    return _weigh(slots, {key: min(number, 1) for key, number in frequencies.items()}, count)


def _in_order(_said: Iterable[Said], count: int, *, files: int) -> list[int]:
    return list(range(count))


def _unread(_question: Question, _slots: Sequence[Weighted], hits: Sequence[Hit]) -> list[Hit]:
    return list(hits)


def _constants(name: str, **values: Any) -> Part:  # noqa: ANN401
    return Part(name, tuple(Change(_SHARES, attribute, value) for attribute, value in values.items()))


PARTS: tuple[Part, ...] = (
    # where candidates come from
    _constants("vectors", DENSE_LIMIT=0),
    _constants("full-text index", LEXICAL_LIMIT=0),
    # what a text is found by
    Part(
        "lexicon concepts",
        (Change(_LEXICON, "concepts", _nothing), Change(_TERMS, "_phrase", _none)),
        indexed=True,
    ),
    Part("phrases of the lexicon", (Change(_TERMS, "_phrase", _none),), indexed=True),
    Part("names across scripts", (Change("qa_plugin.language.names", "skeletons", _nothing),), indexed=True),
    Part("numbers as terms", (Change(_TERMS, "find_numbers", _no_list),), indexed=True),
    Part("stems of unknown words", (Change(_TERMS, "word_keys", _without_stems),), indexed=True),
    Part(
        "word forms",
        (
            Change(_STEMS, "stem", _as_written),
            Change(_STEMS, "forms", _only_as_written),
            Change(_STEMS, "plain_inflections", _no_list),
        ),
        indexed=True,
    ),
    Part("function words in the vectors", (Change(_TERMS, "find_function_words", _no_list),), indexed=True),
    # how passages are ranked
    _constants("vectors in the score", DENSE_SHARE=0.0, STATEMENT_SHARE=0.0),
    _constants("passage context", BESIDE=0.0, IN_CHUNK=0.0, CHUNK_SHARE=0.0),
    _constants("article context", THROUGHOUT=0.0, ARTICLE_SHARE=0.0),
    _constants("all context", BESIDE=0.0, IN_CHUNK=0.0, CHUNK_SHARE=0.0, THROUGHOUT=0.0, ARTICLE_SHARE=0.0),
    Part("rarity of words", (Change("qa_plugin.retrieval.weights", "weigh", _alike),)),
    _constants("weights by kind of term", KIND_WEIGHTS=dict.fromkeys("cnvs", 1.0)),
    _constants("focus weight", FOCUS_WEIGHT=1.0),
    _constants("kind of thing asked for", TYPE_SHARE=0.0),
    _constants("nearly the same concepts", NEAR=0.0),
    Part("repetitions step back", (Change(_RETRIEVAL, "varied", _in_order),)),
    # which sentence is the best
    Part("close reading", (Change(_RETRIEVAL, "read_closely", _unread),)),
    _constants("typed answers, closely read", CLOSE_WEIGHT=0.0, WITHOUT=0.0),
    _constants("reasons and quotations", MARKED=0.0),
    _constants("headline", HEADLINE=0.0),
)
"""All parts, in the order in which they do their work."""
