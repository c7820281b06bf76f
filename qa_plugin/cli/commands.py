"""What each command does: calls the plugin, hands its values to the terminal, says the exit status."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qa_plugin import presentation
from qa_plugin.cli import batch
from qa_plugin.cli.arguments import UsageError, version
from qa_plugin.cli.terminal import Terminal, read_standard_input, well_formed
from qa_plugin.errors import QAPluginError
from qa_plugin.ports import THIS_MACHINE
from qa_plugin.records import Answer, IndexReport, Scope, SourceInfo
from qa_plugin.settings import Settings

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

FOUND, NOTHING, FAILED = 0, 1, 2

Reads = Literal["model", "embedder", "nothing"]

_LOCAL = "All stays on this machine."


def index(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Bring the index in line with the files under the given roots."""
    with _opened(settings, terminal, arguments, "embedder") as plugin:
        progress = terminal.progress("Reading")
        report = plugin.index(*arguments.paths, yes=arguments.yes, progress=progress, announce=terminal.say)
        _say_failures(report, terminal)
    if terminal.json:
        terminal.data(report.to_dict())
    else:
        terminal.result(presentation.render_report(report, width=terminal.width))
    return FOUND


def forget(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Take a root out of the index."""
    with _opened(settings, terminal, arguments, "nothing") as plugin:
        files = plugin.forget(arguments.path)
    if terminal.json:
        terminal.data({"path": arguments.path, "forgotten": files})
    elif files:
        terminal.result(f"{presentation.counted(files, 'file')} forgotten.")
    else:
        path = presentation.inline(arguments.path)
        terminal.result(f"Nothing of {path} is in the index; `qa-plugin sources` lists what is.")
    return FOUND if files else NOTHING


def ask(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Answer a question, or every line of a file of questions."""
    if arguments.questions is not None:
        if arguments.words:
            raise UsageError("Give either a question or --questions FILE, not both.")
        with batch.lines(arguments.questions) as lines:
            failed = _answer_all(lines, arguments, settings, terminal)
        return FAILED if failed else FOUND
    question = _words(arguments.words, 'qa-plugin ask "How many people were evacuated?"')
    with _opened(settings, terminal, arguments, "model") as plugin:
        with terminal.waiting(plugin.model_name):
            answer = plugin.ask(question, scope=_scope(arguments))
        host = plugin.host
    if terminal.json:
        terminal.data(answer.to_dict())
    else:
        terminal.result(presentation.render(answer, width=terminal.width, host=host))
    return NOTHING if answer.status == "not_in_sources" else FOUND


def _answer_all(lines: Iterable[bytes], arguments: Namespace, settings: Settings, terminal: Terminal) -> bool:
    with ExitStack() as stack:
        host, notices = "", list[str]()
        try:
            plugin = stack.enter_context(_opened(settings, terminal, arguments, "model"))
            host, notices = plugin.host, plugin.notices
            ask_one = partial(_waited, plugin, terminal, _scope(arguments))
        except QAPluginError as error:  # every line is to have its answer, if only that there is none
            ask_one = partial(_refuse, error)
        return batch.answer_all(lines, ask_one, terminal, notices=notices, host=host)


def _waited(plugin: QAPlugin, terminal: Terminal, scope: Scope, question: str) -> Answer:
    with terminal.waiting(plugin.model_name):
        return plugin.ask(question, scope=scope)


def _refuse(error: QAPluginError, _: str) -> Answer:
    raise error


def chat(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Hold a conversation."""
    from qa_plugin.repl import Start, converse

    settings = replace(settings, fallback=not arguments.no_fallback)
    articles = Path(arguments.articles) if arguments.articles is not None else None
    start = Start(settings, articles, _scope(arguments), json=terminal.json)
    return converse(start, visual=arguments.visual, remember=not arguments.no_history)


def serve(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Answer over HTTP until it is told to stop."""
    from qa_plugin import http_server

    http_server.check_installed()
    serving = http_server.Serving(host=arguments.host, port=arguments.port, token=settings.token)
    with _opened(settings, terminal, arguments, "model") as plugin:
        plugin.opened()
        server = http_server.server(plugin, serving, version=version())
        terminal.pass_on(plugin.notices)
        if terminal.json:
            terminal.data({"page": f"{server.url}/", "api": f"{server.url}/v1"}, line=True)
        terminal.say(f"The page is {server.url}/ and the address for chat programs {server.url}/v1; Ctrl-C stops.")
        server.run()
    return FOUND


def search(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print passages without an answer."""
    query = _words(arguments.words, "qa-plugin search evacuated families")
    with _opened(settings, terminal, arguments, "embedder") as plugin:
        results = plugin.search(query, limit=arguments.limit, scope=_scope(arguments))
    if terminal.json:
        terminal.data({"query": query, "results": [result.to_dict() for result in results]})
    else:
        terminal.result(presentation.render_search(results, width=terminal.width))
    return FOUND if results else NOTHING


def mcp(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Serve assistants until standard input ends, or the process is interrupted."""
    if not arguments.http and (arguments.host is not None or arguments.port is not None):
        raise UsageError("--host and --port are for HTTP; give --http with them.")
    try:
        from qa_plugin import mcp_server  # an extra, and slow to import
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("qa_plugin"):
            raise
        raise UsageError("`qa-plugin mcp` needs one more package: pip install 'qa-plugin[mcp]'.") from error

    start = mcp_server.Start(
        settings,
        Path(arguments.articles) if arguments.articles is not None else None,
        _scope(arguments),
        writes=arguments.allow_write,
        say=terminal.say,
    )
    if arguments.http:
        default = mcp_server.Address()
        host = default.host if arguments.host is None else arguments.host
        port = default.port if arguments.port is None else arguments.port
        address = mcp_server.Address(host, port, settings.token)
        mcp_server.serve_http(start, address, lambda url: terminal.say(f"Serving the protocol at {url}"))
    else:
        if sys.stdin is None:
            raise UsageError("Standard input is closed: assistants start this command and speak to it, or give --http.")
        if sys.stdin.isatty():
            terminal.say("Assistants start this command and speak to it; Ctrl-D leaves.")
        mcp_server.serve_stdio(start)
    return FOUND


def sources(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """List the files of the index, or print the text of one."""
    with _opened(settings, terminal, arguments, "nothing") as plugin:
        if arguments.text is not None:
            text = plugin.source_text(arguments.text)
            if terminal.json:
                terminal.data({"file": arguments.text, "text": text})
            else:
                terminal.exactly(text)
            return FOUND
        found = plugin.sources()
    if terminal.json:
        terminal.data([_source(info) for info in found])
    else:
        terminal.result(presentation.render_sources(found, width=terminal.width))
    return FOUND


def doctor(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Say what is set up and what is wrong."""
    from qa_plugin import doctor as room

    checks = room.examine(settings)
    if terminal.json:
        terminal.data({"checks": [check.to_dict() for check in checks]})
    else:
        terminal.result(room.report(checks, width=terminal.width))
    return FAILED if any(check.state == "fail" for check in checks) else FOUND


def evaluate(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Measure the answers to questions with known answers."""
    from qa_plugin.cli import gating, measuring

    if arguments.define:
        measuring.define(terminal)
        return FOUND
    if arguments.check:
        return _check(arguments, settings, terminal)
    wanted = measuring.wanted(arguments, settings)
    with tempfile.TemporaryDirectory(prefix="qa-plugin-", ignore_cleanup_errors=True) as folder:
        if arguments.articles is not None and arguments.store is None:
            # Else the rest of the index would take part, and what is measured would stay in it.
            # What was paid for stays where it would be, so that measuring again costs nothing.
            settings = replace(settings, store=Path(folder) / "store", cache_folder=settings.store)
        judge = measuring.judge_of(arguments, settings)
        with _opened(settings, terminal, arguments, "model") as plugin:
            run = measuring.measured(plugin, settings, wanted, terminal)
            if arguments.report is not None:
                measuring.report(run, plugin, wanted, arguments, terminal)
    judgement = judge.judge(run.cases, progress=terminal.progress("Judging")) if judge is not None else None
    measuring.show(run, terminal, judgement, misses=arguments.misses)
    return gating.held(run, arguments, terminal)


def _check(arguments: Namespace, settings: Settings, terminal: Terminal) -> int:
    """Hold the questions against the articles: those of `--articles` as they are, else those of the index."""
    from qa_plugin.cli import measuring

    questions = measuring.to_check(arguments)
    if arguments.articles is not None:
        faults = measuring.faults(questions, measuring.texts_under(Path(arguments.articles)))
    else:
        with _opened(settings, terminal, arguments, "nothing") as plugin:
            plugin.opened()
            faults = measuring.faults(questions, partial(measuring.text_of, plugin))
    measuring.tell(faults, len(questions), terminal)
    return NOTHING if faults else FOUND


COMMANDS: Mapping[str, Callable[[Namespace, Settings, Terminal], int]] = {
    "index": index,
    "forget": forget,
    "ask": ask,
    "chat": chat,
    "serve": serve,
    "search": search,
    "mcp": mcp,
    "sources": sources,
    "doctor": doctor,
    "eval": evaluate,
}


# ---------------------------------------------------------------- what they share


@contextmanager
def _opened(settings: Settings, terminal: Terminal, arguments: Namespace, reads: Reads) -> Iterator[QAPlugin]:
    """The plugin, after it was said where data goes and `--articles` was brought in line.

    Args:
        settings: With what the command line changed in them.
        terminal: Where notices go.
        arguments: Of the command; some take `--articles`.
        reads: Who gets something to read, if such a one is set: the language model (and the embedder), the
            embedder alone, or nobody.
    """
    from qa_plugin.plugin import QAPlugin  # all rooms behind it; doctor and wrong usage do without

    articles = getattr(arguments, "articles", None)
    with QAPlugin(articles, settings=settings) as plugin:
        terminal.say(_destination(plugin, settings, reads))
        try:
            if articles is not None:
                progress = terminal.progress("Reading")
                _say_failures(plugin.index(progress=progress, announce=terminal.say), terminal)
            yield plugin
        finally:
            terminal.pass_on(plugin.notices)


def _say_failures(report: IndexReport, terminal: Terminal) -> None:
    if report.failed:
        source, reason = report.failed[0]
        files = presentation.counted(len(report.failed), "file")
        terminal.say(f"{files} could not be read and will be missing; the first: {source}: {reason}")


def _scope(arguments: Namespace) -> Scope:
    """What the options leave of the index; the plugin itself adds the root of `--articles`."""
    return Scope(
        language=arguments.language,
        source_glob=arguments.source,
        date_from=arguments.date_from,
        date_to=arguments.date_to,
    )


def _destination(plugin: QAPlugin, settings: Settings, reads: Reads) -> str:
    """Where data goes, as the first line on standard error says it."""
    if reads == "nothing":
        return _LOCAL
    embedder = plugin.embedder
    if reads == "model" and (settings.uses_model or embedder.destination == THIS_MACHINE):
        return plugin.destination()
    if embedder.destination == THIS_MACHINE:
        return _LOCAL
    return f"What is searched and indexed goes to {embedder.destination} (embedder {embedder.name})."


def _words(words: list[str], example: str) -> str:
    """The words as one text, or standard input where the only word is `-`."""
    text = read_standard_input() if words == ["-"] else well_formed(" ".join(words))
    text = text.strip()
    if not text:
        raise UsageError(f"There is nothing to look for; try: {example}")
    return text


def _source(info: SourceInfo) -> dict[str, Any]:
    return {
        "file": info.source,
        "root": info.root,
        "language": info.language,
        "title": info.title,
        "published": info.published,
        "credits": list(info.credits),
        "characters": info.characters,
        "chunks": info.chunks,
        "copies": list(info.copies),
        "translations": list(info.translations),
    }
