"""The terminal door: `qa-plugin COMMAND …`.

Results go to standard output, all else to standard error. Exit statuses: 0 found or done, 1 nothing in the
sources, 2 an error in one plain line, 130 Ctrl-C, 141 the reader of a pipe went away.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa_plugin.cli.arguments import EXAMPLES, TextAskedForError, asks_for_json, parse
from qa_plugin.cli.terminal import ReaderGoneError, Terminal, prepare_streams
from qa_plugin.data import use_folder
from qa_plugin.errors import QAPluginError
from qa_plugin.settings import Settings, from_environment

__all__ = ["main"]

_INTERRUPTED = 130
_READER_GONE = 141


def main(arguments: Sequence[str] | None = None, *, environ: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit status; prints every error, raises none.

    Args:
        arguments: What follows the name of the program; the process's own unless given.
        environ: Variables to read the settings from instead of the process's own.
    """
    prepare_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal(json=asks_for_json(words))
    try:
        return _guarded(words, environ, terminal)
    except KeyboardInterrupt:
        terminal.finish_progress()
        return _INTERRUPTED
    except ReaderGoneError:
        return _READER_GONE


def _guarded(words: list[str], environ: Mapping[str, str] | None, terminal: Terminal) -> int:
    try:
        settings = from_environment(environ)
        use_folder(settings.data)
        terminal.plain, terminal.debug = settings.plain, settings.debug
        status = _run(words, settings, terminal)
        terminal.flush()
    except (KeyboardInterrupt, ReaderGoneError):
        raise
    except QAPluginError as error:
        terminal.fail(error.kind, str(error))
        return 2
    except BaseException as error:  # noqa: BLE001 - the last resort; native code panics as a BaseException
        terminal.trace(error)
        hint = "QA_PLUGIN_DEBUG=1 shows where it comes from"
        terminal.fail("unexpected", f"Unexpected {type(error).__name__}: {error} ({hint}).")
        return 2
    return status


def _run(words: list[str], settings: Settings, terminal: Terminal) -> int:
    try:
        arguments = parse(words)
    except TextAskedForError as asked:
        terminal.result(asked.text)
        return 0
    if arguments.command is None:
        terminal.result(EXAMPLES)
        return 0
    settings = _with_options(settings, arguments)
    from qa_plugin.cli import commands  # the rooms behind the commands are no part of --help

    return commands.COMMANDS[arguments.command](arguments, settings, terminal)


def _with_options(settings: Settings, arguments: Namespace) -> Settings:
    """The settings with what the command line says over what the environment does."""

    def given(name: str) -> Any:  # noqa: ANN401 - what the option's type is
        return getattr(arguments, name, None)

    def first(name: str) -> Any:  # noqa: ANN401
        return getattr(settings, name) if given(name) is None else given(name)

    return replace(
        settings,
        store=Path(arguments.store) if arguments.store is not None else settings.store,
        offline=settings.offline or arguments.offline,
        fallback=settings.fallback or bool(given("fallback")),
        cache=settings.cache and not given("no_cache"),
        max_cost_usd=first("max_cost_usd"),
        max_prompt_tokens=first("max_prompt_tokens"),
    )
