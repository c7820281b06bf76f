"""The grammar of the command line; nothing here knows what a command does."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from qa_plugin.cli import gating
from qa_plugin.errors import QAPluginError, SettingsError
from qa_plugin.scoping import day, language_code

EXAMPLES = """\
qa-plugin index articles/                   read a folder of news
qa-plugin ask "How many were evacuated?"    a short answer, with its quotes
qa-plugin doctor                            what is set up, what would leave"""

_EPILOG = f"""\
examples:
{re.sub("(?m)^", "  ", EXAMPLES)}

With no key and no network, answers are found by extraction. OPENAI_API_KEY or
OPENAI_BASE_URL (and QA_PLUGIN_MODEL) let a language model write them; --offline
forbids every connection.
"""
_MORE = {"index": "paths", "ask": "words", "search": "words"}
"""Commands whose words may stand on both sides of an option, and where they are kept."""


class UsageError(QAPluginError):
    """The command line asks for something that does not exist or does not fit together."""

    kind = "usage"


class _Parser(argparse.ArgumentParser):
    """A parser that raises what it has to say."""

    def error(self, message: str) -> NoReturn:
        unknown = re.search(r"argument COMMAND: invalid choice: (.+?) \(choose from", message)
        if unknown:
            raise UsageError(
                f'There is no command {unknown[1]}. To ask something: qa-plugin ask "…"; '
                "`qa-plugin --help` lists the commands."
            )
        raise UsageError(f"{message[:1].upper()}{message[1:]}; `{self.prog} --help` shows how.")


class TextAskedForError(Exception):
    """The command line asks for a text and nothing else; `text` is it.

    Raised where argparse itself would print, because argparse passes over a write that fails.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        raise TextAskedForError(parser.format_help().rstrip("\n"))


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        raise TextAskedForError(f"qa-plugin {version()}")


def version() -> str:
    """Of the package, as it was installed."""
    from importlib import metadata  # takes as long as all the rest of --help

    try:
        return metadata.version("qa-plugin")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def asks_for_json(words: Sequence[str]) -> bool:
    """Whether `--json` was given, even where the rest of the line makes no sense."""
    options = list(words[: words.index("--")] if "--" in words else words)
    return "--json" in options


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        UsageError: With what to do instead.
        TextAskedForError: After `--help` and `--version`.
    """
    start = argparse.Namespace(store=None, json=False, offline=False)
    arguments, rest = _parser().parse_known_args(list(words), start)
    if rest:
        _add_rest(arguments, rest)
    if hasattr(arguments, "date_from"):
        _check_dates(arguments)
    return arguments


def _add_rest(arguments: argparse.Namespace, rest: list[str]) -> None:
    """Put words that stood after an option behind those before it: `ask How --json many` asks "How many"."""
    prog = f"qa-plugin {arguments.command}" if arguments.command else "qa-plugin"
    literal = rest.index("--") if "--" in rest else len(rest)
    for word in rest[:literal]:
        if word.startswith("-") and not re.fullmatch(r"-(\d.*)?|-.*\s.*", word, re.DOTALL):
            raise UsageError(f"There is no option {word}; `{prog} --help` lists them.")
    found = rest[:literal] + rest[literal + 1 :]
    if arguments.command not in _MORE:
        raise UsageError(f"{found[0]!r} is one word too many; `{prog} --help` shows how.")
    getattr(arguments, _MORE[arguments.command]).extend(found)


def _parser() -> _Parser:
    common = _Parser(add_help=False, allow_abbrev=False)
    common.add_argument("-h", "--help", action=_Help, nargs=0, help="show this and leave")
    common.add_argument(
        "--store",
        metavar="DIR",
        type=_given,
        default=argparse.SUPPRESS,
        help="folder of the index (default: vectorstore)",
    )
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for programs")
    common.add_argument(
        "--offline",
        action="store_true",
        default=argparse.SUPPRESS,
        help="no connection at all, whatever key is set",
    )
    parser = _Parser(
        prog="qa-plugin",
        description="Ask a folder of news; read a short answer whose every claim is tied to an exact quote.",
        epilog=_EPILOG,
        parents=[common],
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(name: str, does: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=does,
            description=f"{does[0].upper()}{does[1:]}.",
            parents=[common],
            add_help=False,
            allow_abbrev=False,
        )

    _add_index(add("index", "bring the index in line with folders: add, re-read, remove"))
    forget = add("forget", "take a root (a folder or file as given to index) out of it, whole")
    forget.add_argument(
        "path",
        metavar="PATH",
        type=_given,
        help="a root of the index; to take out a part of one, delete the files and index it again",
    )
    _add_ask(add("ask", "print a cited answer"))
    _add_chat(add("chat", "ask one question after another; each may go on from the one before"))
    _add_serve(add("serve", "answer over HTTP: a page for the browser, and OpenAI's interface for chat programs"))
    _add_search(add("search", "print passages, best first, without an answer"))
    _add_mcp(add("mcp", "serve assistants over the Model Context Protocol, on standard input and output or HTTP"))
    sources = add("sources", "list what is in the index")
    sources.add_argument("--text", metavar="FILE", type=_given, help="print the text of a file, as offsets count in it")
    add("doctor", "say what is set up, what would leave this machine, and how to mend what is wrong")
    _add_eval(add("eval", "measure the answers to questions whose answers you know"))
    return parser


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=_given,
        help="folders or files; other roots in the index are left alone",
    )
    parser.add_argument("--yes", action="store_true", help="agree to large or paid work")


def _add_ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="QUESTION", nargs="*", help="words are joined; - reads standard input")
    parser.add_argument(
        "--questions",
        metavar="FILE",
        type=_given,
        help='JSON lines, each with a "question" and perhaps an "id"; - reads standard input',
    )
    _add_scope(parser)
    _add_fallback(_add_model(parser))


def _add_fallback(model: argparse._ArgumentGroup) -> None:
    model.add_argument("--fallback", action="store_true", help="where the model fails, answer by extraction")


def _add_model(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    model = parser.add_argument_group("with a language model")
    model.add_argument(
        "--max-cost",
        dest="max_cost_usd",
        metavar="USD",
        type=float,
        help="refuse, before anything is sent, a question whose calls may cost more",
    )
    model.add_argument("--max-prompt-tokens", metavar="N", type=int, help="refuse a question that would send more")
    model.add_argument("--no-cache", action="store_true", help="neither use nor keep replies of earlier questions")
    return model


def _add_chat(parser: argparse.ArgumentParser) -> None:
    _add_scope(parser)
    parser.add_argument(
        "--visual", action="store_true", help="Arabic and Persian in visual order, for terminals that do not turn them"
    )
    parser.add_argument("--no-history", action="store_true", help="do not remember what is typed")
    model = _add_model(parser)
    model.add_argument(
        "--no-fallback", action="store_true", help="where the model fails, say so instead of answering by extraction"
    )


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--articles", metavar="PATH", type=_given, help="bring the index in line with these first; use only them"
    )
    parser.add_argument(
        "--host",
        type=_given,
        default="127.0.0.1",
        help="address to listen at (127.0.0.1); one that other machines reach needs QA_PLUGIN_TOKEN",
    )
    parser.add_argument("--port", metavar="N", type=_port, default=8932, help="port to listen at (8932); 0: any")
    _add_model(parser).add_argument(
        "--fallback", action="store_true", help="where the model fails, answer by extraction"
    )


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="QUERY", nargs="*", help="words are joined; - reads standard input")
    parser.add_argument("--limit", metavar="N", type=_count, default=10, help="at most so many passages (10)")
    _add_scope(parser)


def _add_mcp(parser: argparse.ArgumentParser) -> None:
    _add_scope(parser)
    parser.add_argument("--allow-write", action="store_true", help="also offer a tool that brings the index in line")
    http = parser.add_argument_group("over HTTP")
    http.add_argument("--http", action="store_true", help="serve HTTP instead of standard input and output")
    http.add_argument(
        "--host",
        metavar="ADDRESS",
        type=_given,
        help="listen there (127.0.0.1); for any other, QA_PLUGIN_TOKEN has to hold what callers send as a bearer token",
    )
    http.add_argument("--port", metavar="N", type=_port, help="listen at this port (8931); 0 takes any free one")
    model = _add_model(parser)
    model.add_argument("--fallback", action="store_true", help="where the model fails, answer by extraction")


def _add_eval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", metavar="PATH", type=_given, help="measure on these, in an index of their own")
    parser.add_argument("--questions", metavar="FILE", type=_given, help="JSON lines with questions and their answers")
    add_run_options(parser)
    gating.add_options(parser)


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what a run of the evaluation can be told; `python -m eval` takes the same."""
    parser.add_argument("--define", action="store_true", help="say what each figure is, and ask nothing")
    parser.add_argument("--check", action="store_true", help="only check questions and gold; status 1 on a fault")
    parser.add_argument(
        "--misses", metavar="N", type=_natural, default=0, help="also print N wrong answers, then right but flawed ones"
    )
    parser.add_argument("--out", metavar="RUN.jsonl", type=_given, help="keep every answer, as soon as it is there")
    parser.add_argument("--report", metavar="FILE.html", type=_given, help="also write a page to read, in one file")
    parser.add_argument("--against", metavar="RUN.jsonl", type=_given, help="beside it on that page: an earlier --out")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out where it stopped")
    parser.add_argument(
        "--concurrency",
        metavar="N",
        type=_count,
        help="questions at a time (1 by extraction, QA_PLUGIN_MAX_CONCURRENCY with a language model)",
    )
    judge = parser.add_argument_group("a language model as a judge")
    judge.add_argument("--judge", action="store_true", help="let it judge free-text answers too; changes no figure")
    judge.add_argument("--judge-max-cost", metavar="USD", type=float, help="what all its verdicts may cost (1)")
    _add_fallback(_add_model(parser))


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--articles",
        metavar="PATH",
        type=_given,
        help="bring the index in line with these first; use only them",
    )
    parser.add_argument(
        "--language",
        metavar="CODE",
        type=_language,
        help="only sources in this language: en, pt, fr, ar, fa, another one's code, und",
    )
    parser.add_argument("--source", metavar="GLOB", type=_given, help="only files with such a path, as in 'agency/*'")
    parser.add_argument(
        "--from",
        dest="date_from",
        metavar="DATE",
        help="only sources from then on: 2024, 2024-03 or 2024-03-15",
    )
    parser.add_argument(
        "--to",
        dest="date_to",
        metavar="DATE",
        help="only sources up to then, that day, month or year included",
    )


# ---------------------------------------------------------------- values


def _given(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; give a value")
    return text


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return number


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port, which is a number from 0 to 65535")
    return int(text)


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of answers")
    return int(text)


def _language(text: str) -> str:
    try:
        return language_code(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _check_dates(arguments: argparse.Namespace) -> None:
    for name, option in (("date_from", "--from"), ("date_to", "--to")):
        if (text := getattr(arguments, name)) is not None:
            try:
                setattr(arguments, name, day(text, last=option == "--to"))
            except SettingsError as error:
                raise UsageError(f"Argument {option}: {error}") from error
    if arguments.date_from and arguments.date_to and arguments.date_from > arguments.date_to:
        raise UsageError(f"--from {arguments.date_from} is after --to {arguments.date_to}; exchange them.")
