"""What is set up, what would leave this machine, what is wrong and how to mend it.

Looks and does not touch: nothing is written, no model is asked anything. The one host that it may connect to is that
which would be asked for answers, which is asked for the list of its models: that tells whether it takes the key.
"""

from __future__ import annotations

import json
import locale
import os
import platform
import socket
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from qa_plugin.errors import ModelRefused, PromptError, QAPluginError, SettingsError, StoreNotBuilt
from qa_plugin.models.addresses import address_of, host_of, is_this_machine
from qa_plugin.models.local_folder import find_model
from qa_plugin.presentation import counted, inline, wrap
from qa_plugin.prompting import load_prompts, prompt_folders
from qa_plugin.records import Scope
from qa_plugin.settings import BUILT_IN, LOCAL, OPENAI_HOST, Settings, stays
from qa_plugin.spending import check_prices
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.links import Links
from qa_plugin.store.upkeep import Condition, condition_of
from qa_plugin.wiring import default_model

State = Literal["ok", "warn", "fail"]

_PACKAGES = ("llama-index-core", "chromadb", "openai", "tiktoken", "numpy", "babel", "snowballstemmer", "rensa")
_CONNECT_SECONDS = 3.0
_LIST_SECONDS = 8.0
_MODELS_SHOWN = 5
_NO_LIST = frozenset({400, 404, 405, 501})
"""What servers answer that have no list of models."""
_NAME_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `mend` says what to do where it is not as it should be."""

    name: str
    state: State
    detail: str
    mend: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `doctor --json`."""
        return asdict(self)


def examine(settings: Settings) -> list[Check]:
    """Look at everything that an answer depends on, in the order in which it is needed."""
    index, remembered = _index(settings.store)
    embedder = settings.embedder if settings.embedder != BUILT_IN else remembered
    return [
        *_versions(),
        *_fitting(),
        *_variables(settings),
        index,
        *_copies(settings.store),
        _writable(settings.store),
        _embedder(settings, embedder),
        *_model(settings, embedder),
        _leaves(settings, embedder),
        _prompts(settings.prompts),
        *_prices(settings.prices),
        _encoding(),
    ]


def report(checks: list[Check], *, width: int | None) -> str:
    """The checks for people, and in the last line how many want mending."""
    lines: list[str] = []
    rest = " " * (_NAME_COLUMNS + 7)
    for check in checks:
        first = f"{check.state:<5} {check.name:<{_NAME_COLUMNS}} "
        lines.append(wrap(inline(check.detail), width, first=first, rest=rest))
        if check.mend:
            lines.append(wrap(inline(check.mend), width, first=f"{rest}→ ", rest=f"{rest}  "))
    failed = sum(check.state == "fail" for check in checks)
    warned = sum(check.state == "warn" for check in checks)
    if failed:
        last = f"{counted(failed, 'fault')} to mend before it can answer."
    elif warned:
        last = f"Ready, with {counted(warned, 'remark')}."
    else:
        last = "All is well."
    return "\n".join([*lines, "", last])


# ---------------------------------------------------------------- the checks


def _versions() -> Iterator[Check]:
    found, missing = [f"Python {platform.python_version()}"], []
    for package in ("qa-plugin", *_PACKAGES):
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing.append(package)
    yield Check("versions", "ok", ", ".join([*found, f"SQLite {sqlite3.sqlite_version}"]))
    if missing:
        install = "Install it anew: pip install --force-reinstall qa-plugin"
        yield Check("packages", "fail", f"not installed: {', '.join(missing)}", install)
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
    except sqlite3.OperationalError as error:
        mend = "Use a Python whose SQLite has FTS5, as those of python.org, Debian and Homebrew have."
        yield Check("full text", "fail", f"this SQLite has no full-text search ({error})", mend)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One package that asks for another, which is installed."""

    asking: str
    wanted: Requirement
    version: str
    """That is installed."""
    extra: str
    """Of the package where the search began: the one through which it is found, empty where it takes none."""


def _fitting() -> Iterator[Check]:
    """Whether what is installed fits what qa-plugin and its extras ask for, and what that asks for in turn."""
    askers: dict[str, list[_Asked]] = {}
    for asked in _required("qa-plugin"):
        askers.setdefault(canonicalize_name(asked.wanted.name), []).append(asked)
    for name, all_asked in askers.items():
        wrong = [asked for asked in all_asked if not asked.wanted.specifier.contains(asked.version, prereleases=True)]
        if not wrong:
            continue
        needs = " and ".join(sorted({f"{asked.asking} needs {name}{asked.wanted.specifier}" for asked in wrong}))
        # Those that ask for what is there, too: else mending for one would spoil it for another.
        extras = ",".join(sorted({asked.extra for asked in all_asked if asked.extra}))
        own = f"'.[{extras}]'" if extras else "."
        mend = (
            f"Have versions chosen that fit, in one command with qa-plugin: pip install {own}, and "
            f"behind it what else you installed that needs {name}; or give that an environment of its own."
        )
        yield Check("packages", "warn", f"{name} {wrong[0].version} is installed, but {needs}", mend)


def _required(package: str) -> Iterator[_Asked]:
    """Who asks for which installed package, of all below a package and its extras; each line of each once."""
    try:
        own = sorted(metadata.metadata(package).get_all("Provides-Extra") or ())
    except metadata.PackageNotFoundError:
        return
    # The last is looked at first, with all below it: what takes no extra is found without one.
    pending = [*((package, frozenset({extra}), extra) for extra in own), (package, frozenset[str](), "")]
    seen, told = {(name, extras) for name, extras, _ in pending}, set[tuple[str, str]]()
    while pending:
        asking, extras, through = pending.pop()
        for line in metadata.requires(asking) or []:
            wanted = Requirement(line)
            asks = wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras or {""})
            if not asks or (asking, line) in told:
                continue
            told.add((asking, line))
            try:
                version = metadata.version(wanted.name)
            except metadata.PackageNotFoundError:
                continue
            who = f"{asking}[{through}]" if through and asking == package else asking
            yield _Asked(who, wanted, version, through)
            below = canonicalize_name(wanted.name), frozenset(wanted.extras)
            if below not in seen:
                seen.add(below)
                pending.append((*below, through))


def _variables(settings: Settings) -> Iterator[Check]:
    for remark in settings.remarks:
        detail, _, meant = remark.partition("; ")
        yield Check("settings", "warn", detail, f"{meant[0].upper()}{meant[1:]}")


def _prices(path: Path | None) -> Iterator[Check]:
    if path is None:
        return
    try:
        check_prices(path)
    except SettingsError as error:
        yield Check("prices", "fail", *_detail_and_mend(error))
    else:
        yield Check("prices", "ok", f"those of {path} come first")


def _copies(store: Path) -> Iterator[Check]:
    """Whether the files of the index have been compared for copies."""
    try:
        with closing(Catalogue(store, write=False)) as catalogue:
            links = Links(catalogue)
            behind, linked = links.behind(), {f for one, other, _ in links.all() for f in (one, other)}
    except QAPluginError:
        return  # the line on the index says why
    if behind:
        mend = "The next `qa-plugin index PATH` compares them. Until then each counts as a source of its own."
        yield Check("copies", "warn", f"{counted(behind, 'file')} not compared yet", mend)
    else:
        yield Check("copies", "ok", f"{counted(len(linked), 'file')} with copies or translations")


def _index(store: Path) -> tuple[Check, str]:
    """The state of the index, and the embedder that it was made with."""
    name, embedder = "index", BUILT_IN
    try:
        catalogue = Catalogue(store, write=False)
    except StoreNotBuilt:
        return Check(name, "warn", f"none in {store.absolute()} yet", "Make one: qa-plugin index PATH"), embedder
    except QAPluginError as error:
        return Check(name, "fail", *_detail_and_mend(error)), embedder
    try:
        files, chunks = catalogue.file_count(Scope()), catalogue.chunk_count(Scope())
        held = f"{counted(files, 'file')}, {counted(chunks, 'passage')} in {store.absolute()}"
        embedder = json.loads(catalogue.meta("fingerprint") or "{}").get("embedder", BUILT_IN)
        condition = condition_of(store, catalogue.index_state, catalogue.generation)
    except (QAPluginError, ValueError) as error:
        return Check(name, "fail", *_detail_and_mend(error)), embedder
    finally:
        catalogue.close()
    if not files:
        return Check(name, "warn", held, "Fill it: qa-plugin index PATH"), embedder
    if condition in {Condition.SOUND, Condition.MOVED}:
        return Check(name, "ok", f"{held}; vectors from Chroma"), embedder
    compared = f"{held}; every vector is compared in the catalogue, since"
    if condition is Condition.UNFIT:  # exact, and nothing that could be mended
        return Check(name, "ok", f"{compared} {condition.value}"), embedder
    mend = "Answers are right meanwhile. The next `qa-plugin index PATH` builds Chroma's index anew."
    return Check(name, "warn", f"{compared} Chroma's index is not ready: {condition.value}", mend), embedder


def _detail_and_mend(error: Exception) -> tuple[str, str]:
    """The message of an error, parted where it begins to say what to do."""
    message = str(error)
    for separator in (". ", "; "):
        head, found, tail = message.partition(separator)
        if found and tail:
            return head, f"{tail[0].upper()}{tail[1:]}"
    return message, "Put right what the message names, then run qa-plugin doctor again."


def _writable(store: Path) -> Check:
    place = store.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    mend = "Name another folder with --store DIR or QA_PLUGIN_STORE, or change the rights."
    if not place.is_dir():
        return Check("store", "fail", f"{place} is a file, so no index fits there", mend)
    if not os.access(place, os.W_OK | os.X_OK):
        return Check("store", "warn", f"{place} cannot be written to: asking may work, indexing will not", mend)
    return Check("store", "ok", f"{store.absolute()} can be written to")


def _embedder(settings: Settings, embedder: str) -> Check:
    if embedder == BUILT_IN:
        return Check("embedder", "ok", "built-in: no download, no connection")
    if embedder.startswith(LOCAL):
        return _local(embedder)
    if settings.offline:
        mend = f"Leave --offline and QA_PLUGIN_OFFLINE out, or set QA_PLUGIN_EMBEDDER to {BUILT_IN}."
        return Check("embedder", "fail", f"{embedder} needs a connection, and offline is set", mend)
    if not settings.api_key and not settings.base_url:
        mend = f"Set one of the two, or QA_PLUGIN_EMBEDDER to {BUILT_IN}."
        return Check("embedder", "fail", f"{embedder} needs OPENAI_API_KEY or OPENAI_BASE_URL", mend)
    return Check("embedder", "ok", f"{embedder} at {_host(settings)}")


def _local(embedder: str) -> Check:
    try:
        model = find_model(embedder.removeprefix(LOCAL))
    except SettingsError as error:
        return Check("embedder", "fail", *_detail_and_mend(error))
    return Check("embedder", "ok", f"{embedder} on this machine ({model.kind}), from {model.folder}")


def _model(settings: Settings, embedder: str) -> Iterator[Check]:
    key = "OPENAI_API_KEY is set (not shown)" if settings.api_key else "no OPENAI_API_KEY"
    if not settings.uses_model:
        why = "offline is set" if settings.offline else "neither a key nor a base URL is set"
        yield Check("answers", "ok", f"by extraction, for {why}; {key}")
        return
    detail = f"by the model {settings.model or default_model()} at {_host(settings)}; {key}"
    if settings.model or not settings.base_url:
        yield Check("answers", "ok", detail)
    else:
        mend = "Name a model that this host serves: QA_PLUGIN_MODEL=…"
        yield Check("answers", "warn", f"{detail}; the model is the default, none is named", mend)
    host, connects = _reachable(settings)
    yield host
    if connects:
        yield from _served(settings, [settings.model or default_model(), *([] if stays(embedder) else [embedder])])


def _reachable(settings: Settings) -> tuple[Check, bool]:
    """Whether the host takes a connection; and whether that was tried and is so."""
    parts = urlsplit(settings.base_url or f"https://{OPENAI_HOST}")
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme in getproxies() and not proxy_bypass(host):
        return Check("host", "ok", f"{host} is reached through a proxy, which was not tried"), False
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except (OSError, UnicodeError) as error:  # UnicodeError: a host name that no encoding of names takes
        mend = "Start the server, correct OPENAI_BASE_URL, or answer by extraction with --offline."
        return Check("host", "fail", f"{host} takes no connection at port {port}: {error}", mend), False
    return Check("host", "ok", f"{host} takes connections at port {port}"), True


def _served(settings: Settings, names: Sequence[str]) -> Iterator[Check]:
    """Whether the server takes the key and knows the models, as far as its list of models tells."""
    from qa_plugin.models.calls import CallFailed
    from qa_plugin.models.openai_models import OpenAIChat  # the vendor's client

    server = OpenAIChat(names[0], api_key=settings.api_key, base_url=settings.base_url, timeout_seconds=_LIST_SECONDS)
    host = _host(settings)
    try:
        listed = server.models(deadline=time.monotonic() + _LIST_SECONDS)
    except CallFailed as failed:
        yield _unlisted(settings, failed.status, failed.error)
        return
    finally:
        server.close()
    if not listed:
        yield Check("key", "ok", f"{host} answers; it lists no models, so that none was looked for")
        return
    key = "takes the key" if settings.api_key else "wants no key"
    yield Check("key", "ok", f"{host} {key} and lists {counted(len(listed), 'model')}")
    for name in names:
        if any(one == name or one.startswith(f"{name}:") for one in listed):  # Ollama lists "name:latest"
            yield Check("model", "ok", f"{name} is among them")
            continue
        shown = ", ".join(listed[:_MODELS_SHOWN]) + (" …" if len(listed) > _MODELS_SHOWN else "")
        variable = "QA_PLUGIN_MODEL" if name == names[0] else "QA_PLUGIN_EMBEDDER"
        # A server of one model may take any name for it; OpenAI's own takes none that it does not list.
        state: State = "warn" if settings.base_url else "fail"
        yield Check("model", state, f"{name} is not among them: {shown}", f"Name one of them in {variable}.")


def _unlisted(settings: Settings, status: int | None, error: QAPluginError) -> Check:
    host = _host(settings)
    if status not in _NO_LIST:
        state: State = "fail" if isinstance(error, ModelRefused) else "warn"
        return Check("key", state, *_detail_and_mend(error))
    detail = f"{host} gives no list of its models (HTTP {status}), so that neither key nor model was tried"
    if urlsplit(settings.base_url or "").path.rstrip("/").endswith("/v1"):
        return Check("key", "ok", detail)
    return Check("key", "warn", detail, "Check OPENAI_BASE_URL; it usually ends in /v1.")


def _host(settings: Settings) -> str:
    return address_of(settings.base_url) if settings.base_url else OPENAI_HOST


def _leaves(settings: Settings, embedder: str) -> Check:
    sent = []
    if settings.uses_model:
        sent.append("each question and the passages found for it")
    if not stays(embedder) and not settings.offline:
        sent.append("each question and, when indexing, the text of every file, to be embedded")
    if not sent or (settings.base_url and is_this_machine(host_of(settings.base_url))):
        return Check("leaves", "ok", "nothing: all stays on this machine")
    return Check("leaves", "ok", f"to {_host(settings)}: {'; '.join(sent)}")


def _prompts(override: Path | None) -> Check:
    try:
        prompts = load_prompts(override=override)
    except PromptError as error:
        return Check("prompts", "fail", *_detail_and_mend(error))
    place = next((folder for folder in prompt_folders(override=override) if folder.is_dir()), None)
    return Check("prompts", "ok", f"found in {place} (hash {prompts.prompt_hash})")


def _encoding() -> Check:
    name = locale.getencoding()
    if name.lower().replace("-", "").replace("_", "") == "utf8":
        return Check("terminal", "ok", "UTF-8")
    mend = "If letters look wrong: export LANG=C.UTF-8 (in Windows, chcp 65001)."
    return Check("terminal", "warn", f"its locale says {name}; output is UTF-8 all the same", mend)
