"""Ask a folder of news in one language; read a short answer whose every claim is tied to an exact quote, in five.

    from qa_plugin import QAPlugin

    qa = QAPlugin("articles/")
    answer = qa.ask("How many troops were deployed?")
    print(answer.text, answer.citations)

Importing this touches neither disk nor network, and none of the large libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_plugin.chat import Chat, Turn
    from qa_plugin.errors import (
        ArticlesError,
        BudgetExceeded,
        ConsentNeeded,
        FunctionError,
        ModelError,
        ModelRefused,
        ModelUnavailable,
        ModelUnreadable,
        PromptError,
        QAPluginError,
        SettingsError,
        StoreDamaged,
        StoreError,
        StoreLocked,
        StoreMismatch,
        StoreNotBuilt,
    )
    from qa_plugin.plugin import QAPlugin
    from qa_plugin.records import (
        Answer,
        Citation,
        Claim,
        Conflict,
        IndexReport,
        Position,
        Retrieved,
        Scope,
        SearchResult,
        SourceInfo,
        Usage,
    )
    from qa_plugin.settings import Settings

_ROOMS = {
    "plugin": ["QAPlugin"],
    "chat": ["Chat", "Turn"],
    "settings": ["Settings"],
    "records": [
        *("Answer", "Citation", "Claim", "Conflict", "IndexReport", "Position", "Retrieved", "Scope"),
        *("SearchResult", "SourceInfo", "Usage"),
    ],
    "errors": [
        *(
            "ArticlesError",
            "BudgetExceeded",
            "ConsentNeeded",
            "FunctionError",
            "ModelError",
            "ModelRefused",
            "ModelUnavailable",
            "ModelUnreadable",
        ),
        *("PromptError", "QAPluginError", "SettingsError", "StoreDamaged", "StoreError", "StoreLocked"),
        *("StoreMismatch", "StoreNotBuilt"),
    ],
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [  # noqa: RUF022 - by room
    "QAPlugin",
    "Chat",
    "Turn",
    "Settings",
    "Answer",
    "Citation",
    "Claim",
    "Conflict",
    "IndexReport",
    "Position",
    "Retrieved",
    "Scope",
    "SearchResult",
    "SourceInfo",
    "Usage",
    "ArticlesError",
    "BudgetExceeded",
    "ConsentNeeded",
    "FunctionError",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "ModelUnreadable",
    "PromptError",
    "QAPluginError",
    "SettingsError",
    "StoreDamaged",
    "StoreError",
    "StoreLocked",
    "StoreMismatch",
    "StoreNotBuilt",
]


def __getattr__(name: str) -> object:
    # Names are fetched on first use, so that `qa-plugin --help` does not load what answers questions.
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
