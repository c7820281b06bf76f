"""What can be set: one frozen object, and the one function that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from qa_plugin.errors import SettingsError

BUILT_IN = "built-in"
"""The embedder that needs no download and no connection."""

LOCAL = "local:"
"""Begins the name of an embedder that runs on this machine: a folder, or the name of a model downloaded before."""

OPENAI_HOST = "api.openai.com"
"""Where a key without a base URL leads."""

TRANSLATE = ("auto", "always", "never")

Number = TypeVar("Number", int, float)

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
MAX_CONCURRENCY = 1_000
_WHOLE = frozenset({"chunk_tokens", "context_tokens", "max_concurrency", "max_prompt_tokens"})
_NUMBERS = (
    ("chunk_tokens", 32, 4096),
    ("timeout_seconds", 0.1, 3600),
    ("deadline_seconds", 0.1, 24 * 3600),
    ("context_tokens", 200, 1_000_000),
    ("max_concurrency", 1, MAX_CONCURRENCY),
)
_LIMITS = (("max_prompt_tokens", 1, 10_000_000), ("max_cost_usd", 0, 10_000))
"""As above, but may be None."""
_OURS = "QA_PLUGIN_"
_VARIABLES = {
    "timeout_seconds": "QA_PLUGIN_TIMEOUT",
    "deadline_seconds": "QA_PLUGIN_DEADLINE",
    "context_tokens": "QA_PLUGIN_CONTEXT_TOKENS",
    "max_concurrency": "QA_PLUGIN_MAX_CONCURRENCY",
    "max_prompt_tokens": "QA_PLUGIN_MAX_PROMPT_TOKENS",
    "max_cost_usd": "QA_PLUGIN_MAX_COST",
}
"""The numbers that the environment may set."""
_OTHERS = (
    "STORE",
    "PROMPTS",
    "DATA",
    "MODEL",
    "EMBEDDER",
    "TRANSLATE",
    "OFFLINE",
    "FALLBACK",
    "PRICES",
    "TOKEN",
    "CACHE",
    "DEBUG",
)
_KNOWN = frozenset({*_VARIABLES.values(), *(_OURS + name for name in _OTHERS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice a host or a user can make; the defaults need no key and no network.

    `Settings(…)` reads nothing: what it is not given has its default, so that no language model answers, whatever
    `OPENAI_API_KEY` says. `Settings.from_environment(…)` reads the variables, and changes what it is given.
    """

    # where
    store: Path = Path("vectorstore")
    """Folder of the index, relative to the working folder."""
    prompts: Path | None = None
    """Folder of prompt files that replace the ones shipped."""
    data: Path | None = None
    """Folder of language data that adds to the package's; one for the whole process."""
    # with what
    embedder: str = BUILT_IN
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    translate: str = "auto"
    """When a model translates questions for the search: `auto` (where words are unknown), `always` or `never`."""
    offline: bool = False
    """No connection at all, whatever key or base URL is set."""
    fallback: bool = False
    """Answer by extraction when the model fails, instead of raising."""
    # how much
    chunk_tokens: int = 128
    context_tokens: int = 2500
    """Upper bound of the passages that one question sends to a model."""
    timeout_seconds: float = 60
    """For one request."""
    deadline_seconds: float = 120
    """For one question, all attempts together."""
    max_concurrency: int = 8
    """Questions that are answered at the same time."""
    max_prompt_tokens: int | None = None
    """What one question may send to a language model, all its calls together; None sets no limit."""
    max_cost_usd: float | None = None
    """What the calls of one question to a language model may cost; None sets no limit."""
    prices: Path | None = None
    """A TOML file whose prices and windows of models come before those that are shipped."""
    cache: bool = True
    """Keep replies of models, and vectors of embedders that cost."""
    cache_folder: Path | None = None
    """Where they are kept, in place of the folder of the index."""
    # who may ask
    token: str | None = field(default=None, repr=False)
    """What clients of a server of this plugin have to show."""
    # at a terminal
    plain: bool = False
    """No progress display: NO_COLOR is set, or the terminal is a dumb one."""
    debug: bool = False
    """Show the traceback of an unexpected error."""
    unread: tuple[str, ...] = ()
    """Variables of the environment that are named as ours are, and that nothing reads."""

    @classmethod
    def from_environment(cls, **changes: Any) -> Settings:  # noqa: ANN401 - what the field's type is
        """What the environment says, with these fields changed: `Settings.from_environment(fallback=True)`.

        Raises:
            SettingsError: A variable holds what it must not, or there is no such field.
        """
        unknown = [name for name in changes if name not in cls.__slots__]
        if unknown:
            raise SettingsError(f"There is no setting {unknown[0]}; there are {', '.join(cls.__slots__)}.")
        return replace(from_environment(), **changes)

    @property
    def remarks(self) -> tuple[str, ...]:
        """A line for each variable that nothing reads, which may be another one misspelt."""
        return tuple(map(_not_read, self.unread))

    def __post_init__(self) -> None:
        if not str(self.embedder).strip():
            raise SettingsError(
                f"QA_PLUGIN_EMBEDDER is empty; leave it unset for {BUILT_IN!r}, or name an embedding model."
            )
        if self.embedder.strip() == LOCAL:
            raise SettingsError(
                "QA_PLUGIN_EMBEDDER is 'local:' and names no model; give a folder, as in local:models/e5-small, "
                "or the name of a model that was downloaded, as in local:intfloat/multilingual-e5-small."
            )
        if self.translate not in TRANSLATE:
            raise SettingsError(
                f"QA_PLUGIN_TRANSLATE is {self.translate!r}; it must be one of {', '.join(TRANSLATE)} (or unset)."
            )
        if self.api_key is not None and not self.api_key.isprintable():
            raise SettingsError(
                "OPENAI_API_KEY holds a line end or another character that no key has "
                "(its value is not shown); set it again, without what surrounds it."
            )
        if self.base_url is not None:
            _check_base_url(self.base_url)
        limits = [row for row in _LIMITS if getattr(self, row[0]) is not None]
        for name, least, most in (*_NUMBERS, *limits):
            check_number(name, getattr(self, name), least, most, whole=name in _WHOLE)

    @property
    def uses_model(self) -> bool:
        """Whether a language model answers: a key or base URL is set, and connections are allowed."""
        return bool(self.api_key or self.base_url) and not self.offline

    @property
    def host(self) -> str | None:
        """The server that is sent something, which may be one of this machine; None where there is none."""
        if self.offline or (stays(self.embedder) and not self.uses_model):
            return None
        return urlsplit(self.base_url).netloc if self.base_url else OPENAI_HOST


def check_number(name: str, value: object, least: float, most: float, *, whole: bool) -> None:
    """Refuse what is no number, or none that makes sense.

    Raises:
        SettingsError: It is not; the message names it and what is allowed.
    """
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        kind = "a whole number" if whole else "a number"
        raise SettingsError(f"{_shown(name)} is {value!r}; it must be {kind} from {least} to {most}.")


def _shown(name: str) -> str:
    """A setting, with the variable that sets it."""
    variable = _VARIABLES.get(name)
    return f"{name} ({variable})" if variable else name


def stays(embedder: str) -> bool:
    """Whether an embedder of this name runs on this machine, without any connection."""
    return embedder == BUILT_IN or embedder.startswith(LOCAL)


def _check_base_url(value: str) -> None:
    allowed = "an address such as http://127.0.0.1:8080/v1"
    try:
        parts = urlsplit(value)
        _ = parts.port  # reading it raises where it is no number
    except ValueError as error:
        raise SettingsError(f"OPENAI_BASE_URL is {value!r}, no readable address; it must be {allowed}.") from error
    if parts.username or parts.password:
        raise SettingsError(
            "OPENAI_BASE_URL holds a user name or password (not shown here); put the key into OPENAI_API_KEY "
            f"and leave {allowed}."
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isprintable() or " " in value:
        raise SettingsError(f"OPENAI_BASE_URL is {value!r}; it must be {allowed}.")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment: the only place that does; `Settings.from_environment` changes them too.

    Args:
        environ: Variables to read instead of the process's own.

    Raises:
        SettingsError: A variable holds what it must not; the message names it, its value and what is allowed.
    """
    variables = os.environ if environ is None else environ

    def text(name: str) -> str | None:
        return variables.get(name, "").strip() or None

    def path(name: str) -> Path | None:
        value = text(name)
        return Path(value).expanduser() if value else None

    kinds = {"timeout_seconds": float, "deadline_seconds": float, "max_cost_usd": float}
    numbers = {name: _number(variables, variable, kinds.get(name, int)) for name, variable in _VARIABLES.items()}
    settings = Settings(
        store=path("QA_PLUGIN_STORE") or Path("vectorstore"),
        prompts=path("QA_PLUGIN_PROMPTS"),
        data=path("QA_PLUGIN_DATA"),
        embedder=text("QA_PLUGIN_EMBEDDER") or BUILT_IN,
        model=text("QA_PLUGIN_MODEL"),
        api_key=text("OPENAI_API_KEY"),
        base_url=text("OPENAI_BASE_URL"),
        translate=(text("QA_PLUGIN_TRANSLATE") or "auto").lower(),
        offline=_switch(variables, "QA_PLUGIN_OFFLINE"),
        token=text("QA_PLUGIN_TOKEN"),
        fallback=_switch(variables, "QA_PLUGIN_FALLBACK"),
        prices=path("QA_PLUGIN_PRICES"),
        cache=_switch(variables, "QA_PLUGIN_CACHE", unset=True),
        plain=text("NO_COLOR") is not None or text("TERM") == "dumb",
        debug=_switch(variables, "QA_PLUGIN_DEBUG"),
        unread=tuple(sorted(name for name in variables if name.startswith(_OURS) and name not in _KNOWN)),
    )
    given: dict[str, Any] = {name: value for name, value in numbers.items() if value is not None}
    return replace(settings, **given)


def _not_read(name: str) -> str:
    shown = "".join(c for c in name if c.isprintable())[:80]
    near = get_close_matches(name, sorted(_KNOWN), n=1, cutoff=0.75)
    meant = f"did you mean {near[0]}?" if near else "the README lists those that are."
    return f"{shown} is set, and nothing reads it; {meant}"


def _number(variables: Mapping[str, str], name: str, kind: type[Number]) -> Number | None:
    value = variables.get(name, "").strip()
    if not value:
        return None
    try:
        return kind(value)
    except ValueError:
        whole = " whole" if kind is int else ""
        raise SettingsError(f"{name} is {value!r}; it must be a{whole} number (or unset).") from None


def _switch(variables: Mapping[str, str], name: str, *, unset: bool = False) -> bool:
    value = variables.get(name, "").strip().lower()
    if not value:
        return unset
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise SettingsError(
        f"{name} is {variables[name]!r}; it must be one of 1, true, yes, on or 0, false, no, off (or unset)."
    )
