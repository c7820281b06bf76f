"""Questions through the whole flow with a model that says what was recorded, about the passages that were recorded.

The product has no switch for this: where it chooses passages and their marker, module attributes are set from
outside, and set back. One that is no longer there is an error, so that nothing is measured with other passages unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eval.recorded import Recorded, Request, Sent
from eval.whole_replies import WholeReplies
from qa_plugin import generating
from qa_plugin.answering import messages as messages_module
from qa_plugin.answering.packing import Packed
from qa_plugin.errors import ModelError, ModelUnavailable
from qa_plugin.plugin import QAPlugin
from qa_plugin.ports import THIS_MACHINE, Completion, Message
from qa_plugin.prompting import Prompts, load_prompts
from qa_plugin.records import Answer, Scope
from qa_plugin.responding import Responder
from qa_plugin.settings import Settings

NO_NAME = "a model"
_SETTINGS = {"offline": True, "translate": "never"}
"""No translation: it belongs to the search, which is measured apart."""


class RecordedModel(WholeReplies):
    """Gives the reply that was recorded for a request, and notes those for which there is none."""

    destination = THIS_MACHINE

    def __init__(self, recorded: Recorded | None, prompts: Prompts, *, name: str) -> None:
        self.name = name
        self.missing: list[Request] = []
        self.used: list[Request] = []
        self._calls = {call.request: call for call in recorded.calls} if recorded else {}
        self._prompts = prompts

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """The recorded reply.

        Raises:
            ModelUnavailable: There is none.
        """
        request = Request.of(messages, schema, self._prompts)
        call = self._calls.get(request.digest)
        if call is None:
            self.missing.append(request)
            raise ModelUnavailable("no reply to this request is recorded")
        self.used.append(request)
        return Completion(call.reply, call.prompt_tokens, call.completion_tokens)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one question."""

    recorded: Recorded
    """With the calls that were used now, and no others."""
    answer: Answer | None
    missing: tuple[Request, ...]
    """The requests without a reply: at most the last one that was made."""
    changed: tuple[str, ...] = ()
    """Articles that no longer hold what was sent of them."""


class Stage:
    """An index of articles to ask, with replies from recordings."""

    def __init__(self, articles: Path, store: Path, *, prompts: Path | None = None, name: str = NO_NAME) -> None:
        self.settings = Settings(store=store, prompts=prompts, **_SETTINGS)  # type: ignore[arg-type]
        self.prompts = load_prompts(override=prompts)
        self._name = name
        self._plugin = QAPlugin(articles, store=store, settings=self.settings)
        self._plugin.index(yes=True)
        self._store = self._plugin.opened()
        self._infos = {info.source: info for info in self._store.sources()}

    @property
    def embedder(self) -> str:
        """The name of the embedder that the index is made with."""
        return self._plugin.embedder.name

    @property
    def sources(self) -> tuple[str, ...]:
        """The files of the index."""
        return tuple(self._infos)

    def close(self) -> None:
        """Let go of the index."""
        self._plugin.close()

    def draw_up(self, id: str, question: str) -> Replayed:  # noqa: A002 - the question's own name for it
        """A new recording: the passages that are found now, and the first request about them."""
        sent: list[Packed] = []
        markers: list[str] = []
        choose, fence = generating.passages_within, messages_module.fence_marker

        def chosen(*arguments: Any, **named: Any) -> list[Packed]:  # noqa: ANN401
            sent[:] = choose(*arguments, **named)
            return list(sent)

        def marked(*arguments: Any, **named: Any) -> str:  # noqa: ANN401
            markers.append(fence(*arguments, **named))
            return markers[-1]

        model = RecordedModel(None, self.prompts, name=self._name)
        answer = self._ask(question, model, chosen, marked)
        # The last one: the prompt's size is reckoned before, without passages.
        return Replayed(Recorded(id, markers[-1], tuple(map(Sent.of, sent))), answer, tuple(model.missing))

    def replay(self, question: str, recorded: Recorded) -> Replayed:
        """A question over its recorded passages."""
        changed = tuple(dict.fromkeys(sent.source for sent in recorded.passages if not self._holds(sent)))
        if changed:
            return Replayed(recorded, None, (), changed)
        passages = [sent.packed(self._infos[sent.source]) for sent in recorded.passages]
        model = RecordedModel(recorded, self.prompts, name=self._name)
        answer = self._ask(question, model, lambda *_, **__: list(passages), lambda *_, **__: recorded.marker)
        by_digest = {call.request: call for call in recorded.calls}
        used = tuple(by_digest[request.digest] for request in model.used)
        return Replayed(Recorded(recorded.id, recorded.marker, recorded.passages, used), answer, tuple(model.missing))

    def _holds(self, sent: Sent) -> bool:
        info = self._infos.get(sent.source)
        return info is not None and self._store.text(info.file_id)[sent.start : sent.end] == sent.text

    def _ask(
        self,
        question: str,
        model: RecordedModel,
        passages: Callable[..., list[Packed]],
        marker: Callable[..., str],
    ) -> Answer | None:
        with _fed(passages, marker):
            try:
                return Responder(self.settings, model, self._plugin.embedder).answer(question, self._store, Scope())
            except ModelError:
                if not model.missing:
                    raise
                return None


@contextmanager
def _fed(passages: Callable[..., list[Packed]], marker: Callable[..., str]) -> Iterator[None]:
    with (
        patch.object(generating, "passages_within", passages),
        patch.object(messages_module, "fence_marker", marker),
    ):
        yield
