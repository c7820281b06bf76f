"""From a question to its answer, over an opened index: ranked passages, a draft, the checks, the assembled answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from qa_plugin.answering.following import Turn
from qa_plugin.answering.planning import planned
from qa_plugin.assembly import Printed, Sources, assemble, namer
from qa_plugin.copies.groups import Groups
from qa_plugin.errors import BudgetExceeded, ModelError, QAPluginError
from qa_plugin.language.dialogue import language_of
from qa_plugin.language.phrases import phrase
from qa_plugin.language.questions import Question, read_question
from qa_plugin.linking import copies_behind, earliest_cited, groups_in
from qa_plugin.ports import ChatModel, Embedder
from qa_plugin.prompting import load_prompts
from qa_plugin.records import Answer, Claim, Draft, DraftClaim, Evidence, Scope, SourceInfo
from qa_plugin.retrieval import Ranking
from qa_plugin.searching import Search, searched
from qa_plugin.settings import Settings
from qa_plugin.spending import Bill, Cache
from qa_plugin.store import Store
from qa_plugin.verification import Quote, check, view_of

Event = dict[str, Any]


def answer_or_error(ask: Callable[..., Answer], question: str, scope: Scope | None) -> Answer:
    """The answer, or one with the status `error`, so that one question of many does not cost the others theirs."""
    try:
        return ask(question, scope=scope)
    except QAPluginError as error:
        kind, message = error.kind, str(error)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is this question's alone
        kind, message = "unexpected", f"Unexpected {type(error).__name__}: {error}"
    return Answer(question=question, question_language="und", status="error", text="", error=(kind, message))


@dataclass(frozen=True, slots=True)
class Responder:
    """What questions are answered with; without a model by extraction."""

    settings: Settings
    model: ChatModel | None
    embedder: Embedder
    cache: Cache | None = None
    """Where the model's replies are kept."""

    def answer(self, words: str, store: Store, scope: Scope) -> Answer:
        """The answer to a question; for the rest see `events`."""
        *_, last = self.events(words, store, scope, streamed=False)
        answer: Answer = last["answer"]
        return answer

    def events(
        self, words: str, store: Store, scope: Scope, *, streamed: bool = True, past: Sequence[Turn] = ()
    ) -> Generator[Event, None, Turn]:
        """The steps of an answer as they are done; at last the turn that the question and its answer make.

        These are `retrieved`, then each checked `claim`, then the `answer`.

        Args:
            words: The question.
            store: The index, opened.
            scope: Which part of it is asked.
            streamed: Ask the model for its reply as it comes, instead of for the whole.
            past: The conversation before the question.

        Raises:
            ModelError: The model failed, and the settings do not allow the extractive answer instead.
            BudgetExceeded: It would take more than the settings allow, which do not allow that either.
        """
        started = time.perf_counter()
        bill = Bill(self.settings, self.model, cache=self.cache)
        plan = planned(
            read_question(words, language_of(words, past[-1].language if past else None)),
            past,
            model=bill.model,
            settings=self.settings,
            articles=partial(store.sources, scope),
        )
        search = searched(plan, past, store, scope, self.embedder, bill)
        retrieved = time.perf_counter()
        ranking = search.ranking
        yield {"type": "retrieved", "sources": list(dict.fromkeys(hit.info.source for hit in ranking.hits))}
        checks = _Checks(search.plan.question, ranking, store, groups_in(store, scope))
        drafted = yield from self._drafted(search, checks, bill, streamed=streamed)
        answered = time.perf_counter()
        answer = replace(checks.answer(drafted), question=words, usage=bill.usage)
        done = time.perf_counter()
        timings = {
            "retrieve": _ms(started, retrieved),
            "answer": _ms(retrieved, answered),
            "verify": _ms(answered, done),
            "total": _ms(started, done),
        }
        yield from map(_claim_event, answer.claims[drafted.shown :])
        answer = replace(answer, timings_ms=timings)
        yield {"type": "answer", "answer": answer}
        plan = search.plan
        if plan.leaning and past and answer.status == "not_in_sources":
            # What led nowhere is nothing to go on from.
            return Turn(words, plan.question.text, answer, past[-1].base, past[-1].context)
        return Turn(words, plan.question.text, answer, plan.topic, plan.context)

    def _drafted(
        self, search: Search, checks: _Checks, bill: Bill, *, streamed: bool
    ) -> Generator[Event, None, _Drafted]:
        plan = search.plan
        if bill.model is None or search.settled is not None:
            return _extracted(search)
        from qa_plugin.generating import Task, generate  # loaded only where a model is asked

        prompts = load_prompts(override=self.settings.prompts)
        task = Task(
            question=plan.question,
            hits=checks.ranking.hits,
            groups=checks.groups,
            text_of=checks.text_of,
            check=checks.passed,
            seconds_spent=plan.seconds,
            tokens_spent=bill.usage.prompt_tokens,
            calls_made=plan.calls,
            streamed=streamed,
        )
        talk = generate(task, bill.model, prompts, self.settings)
        language = plan.question.language
        printed: Printed | None = None
        shown = 0
        try:
            while True:
                try:
                    passed = next(talk)
                except StopIteration as end:
                    made, used = end.value
                    break
                printed = printed or Printed(conflicting=passed.conflicting)
                if claim := printed.add(passed.claim):
                    shown += 1
                    yield _claim_event(claim)
        except (ModelError, BudgetExceeded) as error:
            if self.settings.fallback or error.kind == "model_unreadable":
                reason = phrase(language, "note_no_usable", m=bill.model.name, e=str(error))
                return _extracted(search, reason)
            raise
        finally:
            talk.close()
        if made.draft is None:
            reason = phrase(language, "note_nothing_verified", m=bill.model.name)
            drafted = _extracted(search, *made.warnings, reason)
            draft = replace(drafted.draft, dropped=(*made.dropped, *drafted.draft.dropped))
            return replace(drafted, draft=draft)
        draft = replace(made.draft, dropped=made.dropped)
        how = ("llm", bill.model.name, prompts.prompt_hash)
        lines = search.unanswered(draft)
        return _Drafted(draft, *how, used, (*plan.warnings, *made.warnings, *lines), shown)


def _extracted(search: Search, *warnings: str) -> _Drafted:
    draft, lines = search.extracted()
    return _Drafted(draft, warnings=(*search.plan.warnings, *warnings, *lines))


class _Checks:
    """What the claims of one question are held against, and what its answer is put together from."""

    def __init__(self, question: Question, ranking: Ranking, store: Store, groups: Groups) -> None:
        self.question = question
        self.ranking = ranking
        self.store = store
        self.groups = groups
        self.text_of = cache(store.text)
        self._infos = {hit.info.file_id: hit.info for hit in ranking.hits}

    def passed(self, claim: DraftClaim) -> DraftClaim | str:
        """The claim with its quotes from the earliest copies, or the reason why it may not be printed."""
        checked = self._checked(Draft("answered", (claim,)))
        return checked.claims[0] if checked.claims else checked.dropped[0][1]

    def answer(self, drafted: _Drafted) -> Answer:
        """The answer of a draft, of which only what holds is printed."""
        checked = self._checked(drafted.draft)
        hits = self.ranking.hits
        copies = copies_behind(checked, self.groups, self.store)
        name_of = namer([*(hit.info for hit in hits), *(info for infos in copies.values() for info in infos)])
        sources = Sources(self.text_of, self._info_of, name_of, copies, self.groups.report_of)
        answer = assemble(self.question.text, self.question.language, checked, hits, sources, used=drafted.used)
        return replace(
            answer,
            mode=drafted.mode,
            model=drafted.model,
            prompt_hash=drafted.prompt_hash,
            warnings=drafted.warnings,
        )

    def _checked(self, draft: Draft) -> Draft:
        return earliest_cited(draft, self.groups, self.store, self._against_quotes)

    def _against_quotes(self, draft: Draft) -> Draft:
        return check(draft, self.question.language, lambda claim: list(map(self._quote, claim.evidence)))

    def _quote(self, e: Evidence) -> Quote:
        text, info = self.store.readable(e.file_id), self._info_of(e.file_id)
        return Quote(text[e.start : e.end], info.language, info.published, partial(view_of, text, info.language))

    def _info_of(self, file_id: int) -> SourceInfo:
        return self._infos.get(file_id) or self.store.source(file_id)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft with how it was made."""

    draft: Draft
    mode: str = "extractive"
    model: str | None = None
    prompt_hash: str | None = None
    used: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    shown: int = 0
    """How many of the claims were given while they came."""


def _claim_event(claim: Claim) -> Event:
    return {"type": "claim", "text": claim.text, "citations": list(claim.citations), "verified": claim.verified}


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
