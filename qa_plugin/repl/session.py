"""A conversation at a terminal: reads a line, answers it or carries out its command, until there are no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.errors import QAPluginError, SettingsError
from qa_plugin.presentation import as_json, inline
from qa_plugin.records import Answer, Claim, Scope
from qa_plugin.repl.lines import Lines
from qa_plugin.repl.opening import Opening
from qa_plugin.repl.screen import Screen
from qa_plugin.settings import Settings
from qa_plugin.tables_kept import keep_tables

if TYPE_CHECKING:
    from qa_plugin.chat import Chat
    from qa_plugin.plugin import QAPlugin
    from qa_plugin.repl.texts import Told

DONE, FAILED = 0, 2
_TAKE_A_VALUE = frozenset({"/open", "/lang", "/mode", "/order", "/save"})
EXTRACTIVE, MODEL = "extractive", "llm"
_SAVED_AS = (".md", ".txt", ".jsonl")
HELP = """\
Ask in any of the five languages; a question may go on from the one before ("and who said so?").

/sources        the files of the index
/open N         the article of citation [N], its quote marked
/why            what was retrieved, used and dropped for the last answer, and why
/lang CODE      answer from sources in one language (pt, fr, ar, fa, en); /lang all: from all
/mode MODE      extractive (without a model) or llm (with the one that is configured)
/order MODE     logical or visual: for terminals that do not turn Arabic and Persian round
/save FILE      write the conversation to a file (.md or .txt, or .jsonl for the answers in full)
/new            begin a new conversation
/help, /quit    Ctrl-C clears the line or stops an answer, Ctrl-D leaves"""


@dataclass(frozen=True, slots=True)
class Start:
    """How a conversation begins."""

    settings: Settings
    articles: Path | None = None
    scope: Scope = field(default_factory=Scope)
    json: bool = False
    """Print each answer as one line of JSON."""


class Session:
    """One conversation at a terminal or over a pipe."""

    def __init__(self, start: Start, screen: Screen, lines: Callable[[Callable[[str, str], list[str]]], Lines]) -> None:
        """Begin to open the index; `run` converses.

        Args:
            start: What to converse about.
            screen: Where it is shown.
            lines: Makes what reads lines, of what completes them.
        """
        self._start = start
        self._screen = screen
        self._scope = start.scope
        self._mode = MODEL if start.settings.uses_model else EXTRACTIVE
        self._chat: Chat | None = None
        self._told: list[Told] = []
        self._kept = False
        """Whether the tables that the first answer loaded were set aside from garbage collection."""
        self._status = DONE
        self._commands: Mapping[str, Callable[[str], None]] = {
            "/sources": self._sources,
            "/open": self._open,
            "/why": self._why,
            "/lang": self._lang,
            "/mode": self._switch,
            "/order": self._order,
            "/save": self._save,
            "/new": self._new,
            "/help": lambda _: screen.show(HELP),
        }
        self._lines = lines(self._completions)
        self._opening = self._opened()

    def run(self) -> int:
        """Converse until there are no more lines; the exit status is 2 if a line of a pipe failed."""
        with self._lines.open():
            self._screen.say(self._destination())
            if self._lines.typed:
                self._screen.say("/help says what can be done, /quit leaves.")
            while self._turn():
                pass
        self._opening.close()
        return self._status

    # ------------------------------------------------------------ one line

    def _turn(self) -> bool:
        try:
            line = self._lines.read().strip()
        except EOFError:
            if self._lines.typed:
                self._screen.show("")
            return False
        except KeyboardInterrupt:
            if not self._lines.typed:
                raise
            self._screen.show("")
            return True
        if line in {"/quit", "/exit", "/q"}:
            return False
        try:
            self._carry_out(line)
        except QAPluginError as error:
            self._fail(error)
        except KeyboardInterrupt:
            if not self._lines.typed:
                raise
            self._screen.say("Stopped.")
        return True

    def _carry_out(self, line: str) -> None:
        if not line:
            return
        if not line.startswith("/"):
            self._ask(line)
            return
        name, _, rest = line.partition(" ")
        if name not in self._commands:
            raise SettingsError(f"There is no {inline(name)}; /help lists what there is.")
        self._commands[name](rest.strip())

    def _fail(self, error: QAPluginError) -> None:
        if not self._lines.typed:
            self._status = FAILED
        self._screen.say(f"qa-plugin: {error}")
        if self._start.json:
            self._screen.show(as_json({"error": {"kind": error.kind, "message": str(error)}}))

    # ------------------------------------------------------------ questions

    def _ask(self, question: str) -> None:
        from qa_plugin.repl.texts import Told

        plugin, chat = self._plugin(), self._conversation()
        claims: list[Claim] = []
        shown, answer = "", None
        with closing(chat.stream(question, scope=self._scope)) as events:
            self._screen.status("Searching")
            for event in events:
                if event["type"] == "retrieved" and self._mode == MODEL:
                    self._screen.status(f"Asking the model about {len(event['sources'])} files")
                elif event["type"] == "claim" and self._mode == MODEL and not self._start.json:
                    claims.append(Claim(event["text"], tuple(event["citations"])))
                    shown = self._show_more(shown, claims)
                elif event["type"] == "answer":
                    answer = event["answer"]
        assert answer is not None  # noqa: S101 - the last event of every stream that does not raise
        self._told.append(Told(answer, chat.turns[-1].understood, plugin.host))
        self._show(self._told[-1], shown, plugin)
        if not self._kept:  # while the first answer is read
            keep_tables()
            self._kept = True
        for notice in plugin.notices:
            self._screen.say(notice)
        plugin.notices.clear()

    def _show_more(self, shown: str, claims: Sequence[Claim]) -> str:
        """Show the newest of the claims, each of which has passed the checks; all that is shown now."""
        from qa_plugin.assembly import joined

        text = inline(joined(claims))
        self._screen.show(text.removeprefix(shown), end="")
        return text

    def _show(self, told: Told, shown: str, plugin: QAPlugin) -> None:
        from qa_plugin.presentation import render, render_rest

        if self._start.json:
            self._screen.show(as_json(told.to_dict()))
            return
        answer, host, width = told.answer, told.host, self._screen.width
        if shown and shown == inline(answer.text):
            text = "\n\n" + render_rest(answer, width=width, host=host)
        else:
            text = ("\n\n" if shown else "") + render(answer, width=width, host=host)
        self._screen.show(self._linked(text, answer, plugin) + "\n")

    def _linked(self, text: str, answer: Answer, plugin: QAPlugin) -> str:
        """The text with each citation's file name made a link to its file."""
        from qa_plugin.repl.texts import path_of

        for citation in answer.citations:
            name = inline(citation.source)
            path = path_of(plugin.source_info(citation.source))
            text = text.replace(f"\n[{citation.id}] {name}", f"\n[{citation.id}] {self._screen.link(name, path)}", 1)
        return text

    # ------------------------------------------------------------ commands

    def _sources(self, _: str) -> None:
        from qa_plugin.presentation import render_sources

        self._screen.show(render_sources(self._plugin().sources(self._scope), width=self._screen.width))

    def _open(self, number: str) -> None:
        from qa_plugin.repl.texts import article, path_of

        citations = {str(c.id): c for c in (*self._last().citations, *self._last().near)}
        number = number.strip("[]")
        if number not in citations:
            known = ", ".join(citations) or "none, since the last answer has no citations"
            raise SettingsError(f"/open takes the number of a citation of the last answer: {known}.")
        plugin, citation = self._plugin(), citations[number]
        info = plugin.source_info(citation.source)
        heading = self._screen.link(inline(str(path_of(info))), path_of(info))
        text = article(citation, plugin.source_text(citation.source), self._screen.marked, width=self._screen.width)
        self._screen.show(f"{heading}\n\n{text}\n")

    def _why(self, _: str) -> None:
        from qa_plugin.repl.texts import why

        self._last()
        turn = self._conversation().turns[-1]
        self._screen.show(why(turn, self._plugin().source_text, width=self._screen.width))

    def _lang(self, code: str) -> None:
        from qa_plugin.scoping import language_code

        if code:
            language = None if code == "all" else language_code(code)
            self._scope = replace(self._scope, language=language)
        self._screen.say(f"Sources in {self._scope.language or 'all languages'} answer.")
        if code and self._scope.language is not None:
            self._warn_of_none()

    def _warn_of_none(self) -> None:
        """Say so where no file of the index can answer in the language that was chosen."""
        plugin = self._plugin()
        if plugin.sources(self._scope):
            return
        held = sorted({info.language for info in plugin.sources(replace(self._scope, language=None))})
        has = f"there are some in {', '.join(map(inline, held))}" if held else "there are none at all"
        self._screen.say(f"No source that may answer is in {self._scope.language}; {has}. /lang all: from all.")

    def _switch(self, mode: str) -> None:
        if mode and mode not in {EXTRACTIVE, MODEL}:
            raise SettingsError(f"/mode takes {EXTRACTIVE} or {MODEL}, not {inline(mode)!r}.")
        if mode == MODEL and not self._start.settings.uses_model:
            raise SettingsError(
                "No language model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL and begin anew."
            )
        if mode and mode != self._mode:
            turns = self._conversation().turns
            self._opening.close()
            self._mode = mode
            self._opening = self._opened()
            self._chat = self._plugin().chat(turns=turns)
        by = "by the language model" if self._mode == MODEL else "extracted"
        self._screen.say(f"Answers are {by}. {self._plugin().destination()}")

    def _order(self, order: str) -> None:
        if order not in {"logical", "visual"}:
            raise SettingsError("/order takes logical or visual.")
        self._screen.set_visual(visual=order == "visual")

    def _save(self, name: str) -> None:
        from qa_plugin.repl.texts import transcript

        if not name:
            raise SettingsError("/save takes the name of a file, as in /save talk.md.")
        path = Path(name).expanduser()
        kind = path.suffix.lower()
        if kind not in _SAVED_AS:
            kinds = ", ".join(_SAVED_AS)
            raise SettingsError(f"/save writes {kinds} and no {inline(kind) or 'file without an ending'}.")
        whole = kind == ".jsonl"
        if whole:
            text = "".join(as_json(told.to_dict()) + "\n" for told in self._told)
        else:
            text = transcript(self._told, markdown=kind == ".md")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise SettingsError(f"{path} is there already; give another name.") from error
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error
        self._screen.say(f"Written to {path}.")

    def _new(self, _: str) -> None:
        self._conversation().reset()
        self._told.clear()
        self._screen.say("A new conversation.")

    # ------------------------------------------------------------ what they need

    def _opened(self) -> Opening:
        start, mode = self._start, self._mode

        def make(progress: Callable[[int, int], None]) -> QAPlugin:
            from qa_plugin.plugin import QAPlugin

            settings = start.settings if mode == MODEL else replace(start.settings, api_key=None, base_url=None)
            plugin = QAPlugin(start.articles, settings=settings)
            if start.articles is not None:
                plugin.index(progress=progress)
            plugin.opened()
            return plugin

        return Opening(make)

    def _destination(self) -> str:
        """Where data goes, said without waiting for the index."""
        from qa_plugin.wiring import choose_embedder, choose_model, destination_of, stored_embedder

        settings = self._start.settings
        return destination_of(choose_model(settings), choose_embedder(settings, stored=stored_embedder(settings)))

    def _plugin(self) -> QAPlugin:
        try:
            plugin = self._opening.wait(self._screen.status)
        except QAPluginError:
            self._opening = self._opened()  # what is mended meanwhile is found at the next question
            raise
        self._screen.wipe()
        return plugin

    def _conversation(self) -> Chat:
        if self._chat is None:
            self._chat = self._plugin().chat()
        return self._chat

    def _last(self) -> Answer:
        if not self._told:
            raise SettingsError("Nothing was asked yet.")
        return self._told[-1].answer

    def _completions(self, line: str, word: str) -> list[str]:
        command, blank, _ = line.partition(" ")
        if not blank:
            names = [f"{name} " if name in _TAKE_A_VALUE else name for name in (*self._commands, "/quit")]
            return [name for name in names if word and name.startswith(word)]
        values = {
            "/lang": ["all", "ar", "en", "fa", "fr", "pt"],
            "/mode": [EXTRACTIVE, MODEL],
            "/order": ["logical", "visual"],
            "/open": [str(citation.id) for citation in (self._told[-1].answer.citations if self._told else ())],
        }
        return [value for value in values.get(command, []) if value.startswith(word)]
