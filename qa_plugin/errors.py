"""What can go wrong, as one tree.

QAPluginError
├─ SettingsError      a setting is missing, unknown or out of range
├─ ArticlesError      a path given as articles cannot be used
├─ PromptError        a prompt file is missing, or its holes do not fit
├─ StoreError         the index cannot be used
│  ├─ StoreNotBuilt   there is no index yet
│  ├─ StoreMismatch   the index was made by another embedder, and bringing it up would cost something
│  ├─ StoreDamaged    the catalogue itself is unreadable
│  └─ StoreLocked     another process is writing
├─ FunctionError      a call by name asks for what is not there, or with arguments that do not fit
├─ ConsentNeeded      the work is large or costs money, and nobody said yes
├─ BudgetExceeded     a question would take more than is allowed; what is too much was not sent
└─ ModelError         the language model or embedder gave no usable answer
   ├─ ModelUnavailable   not reachable, overloaded, or too slow: trying later may help
   ├─ ModelRefused       key, quota, model name, or filter: trying again does not help
   └─ ModelUnreadable    it answered, but not in a form that can be read

Catch `QAPluginError` for all of them. "Not in the sources" is no error: it is an answer with that status.
"""

from __future__ import annotations


class QAPluginError(Exception):
    """Any failure of this package; `kind` is its name in JSON output."""

    kind = "error"


class SettingsError(QAPluginError):
    """A setting is missing, unknown or out of range."""

    kind = "settings"


class ArticlesError(QAPluginError):
    """A path given as articles cannot be used; the message names it."""

    kind = "articles"


class PromptError(QAPluginError):
    """A prompt file is missing, or its `$name` holes are not the ones that are filled."""

    kind = "prompt"


class StoreError(QAPluginError):
    """The index cannot be used."""

    kind = "store"


class StoreNotBuilt(StoreError):  # noqa: N818 - reads as what is the case
    """There is no index at the place where one was expected."""

    kind = "store_not_built"


class StoreMismatch(StoreError):  # noqa: N818
    """The index was made with another embedder, and making it anew would cost money or a download."""

    kind = "store_mismatch"


class StoreDamaged(StoreError):  # noqa: N818
    """The catalogue is not a readable database; the message names the file and how to begin anew."""

    kind = "store_damaged"


class StoreLocked(StoreError):  # noqa: N818
    """Another process is writing to the index."""

    kind = "store_locked"


class FunctionError(QAPluginError):
    """A function was called with arguments that do not fit; the message tells a model what to call instead."""

    kind = "function"


class ConsentNeeded(QAPluginError):  # noqa: N818
    """The work is large or costs money; the message says how large and how to agree."""

    kind = "consent_needed"


class BudgetExceeded(QAPluginError):  # noqa: N818
    """A call would take more tokens or money than one question may; the message says how much and what to raise."""

    kind = "budget_exceeded"


class ModelError(QAPluginError):
    """The language model or embedder gave no usable answer."""

    kind = "model"


class ModelUnavailable(ModelError):  # noqa: N818
    """Not reachable, overloaded or too slow; `retry_after_seconds` is what the server asked for, if it did."""

    kind = "model_unavailable"

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ModelRefused(ModelError):  # noqa: N818
    """Key, quota, model name, window or filter: trying the same again does not help."""

    kind = "model_refused"


class ModelUnreadable(ModelError):  # noqa: N818
    """The model answered, but not in a form that can be read; `reply` holds what it said."""

    kind = "model_unreadable"

    def __init__(self, message: str, *, reply: str = "") -> None:
        super().__init__(message)
        self.reply = reply
