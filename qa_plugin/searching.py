"""What is found for each part of a question, and what that tells without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_plugin.answering import citing, extractive
from qa_plugin.answering.composing import composed, lines_of
from qa_plugin.answering.following import Turn
from qa_plugin.answering.planning import Plan
from qa_plugin.language.folding import fold_text
from qa_plugin.language.questions import Question, Slot, gives, read_question
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.ports import Embedder
from qa_plugin.records import Draft, Evidence, Scope
from qa_plugin.retrieval import PASSAGES, Ranking, joined, preferring, retrieve
from qa_plugin.spending import Bill
from qa_plugin.store import Store
from qa_plugin.verification import names_lacked


def ranked(question: Question, store: Store, scope: Scope, embedder: Embedder, *, bill: Bill | None = None) -> Ranking:
    """The passages of a scope for a question, best first; its vector, where that costs, goes on the bill."""
    vector = bill.embed_query(embedder, question.text) if bill else embedder.embed_query(question.text)
    return retrieve(question, vector, store, scope, passages=PASSAGES)


@dataclass(frozen=True, slots=True)
class Search:
    """A plan with what was found by it."""

    plan: Plan
    store: Store
    found: tuple[tuple[Question, Ranking], ...]
    """The passages of each question of the plan: first those of its parts."""
    settled: Draft | None = None
    """The answer, where no model need be asked for it."""

    @property
    def ranking(self) -> Ranking:
        """The passages of all its questions."""
        return joined([ranking for _, ranking in self.found])

    def extracted(self) -> tuple[Draft, tuple[str, ...]]:
        """The answer without a model, and a line for each part that the sources do not answer."""
        if self.settled is not None:
            return self.settled, ()
        drafts = [self._draft(part, ranking) for part, ranking in self._parts]
        told = self.plan.told or (self.plan.question.text,)
        draft, lines = composed(list(zip(told, drafts, strict=True)), self.plan.question.language)
        return (draft, lines) if self._speaks_of_it(draft) else (Draft("not_in_sources"), ())

    def _speaks_of_it(self, draft: Draft) -> bool:
        """Whether the articles that answer have the names of a mere fragment, and the sentences what else it names."""
        cited = {e for claim in (*draft.claims, *draft.conflicting) for e in claim.evidence}
        names, nouns = (_keys_of(slots) for slots in (self.plan.named, self.plan.nouns))
        speaking = {hit.info.file_id for hit in self.ranking.hits if names & hit.article_keys}
        named = not names or all(e.file_id in speaking for e in cited)
        return named and (not nouns or any(nouns.intersection(self._keys(e)) for e in cited))

    def unanswered(self, draft: Draft) -> tuple[str, ...]:
        """A line for each part that neither extraction answers nor any quote of a model's draft speaks of."""
        if not self.plan.parts or draft.status == "not_in_sources":
            return ()
        said = {key for claim in (*draft.claims, *draft.conflicting) for e in claim.evidence for key in self._keys(e)}
        missing: list[str] = []
        for told, (part, ranking) in zip(self.plan.told, self._parts, strict=True):
            others = {key for other, _ in self._parts if other is not part for key in other.keys}
            own = [slot for slot in part.slots if not others.intersection(slot.keys)]
            spoken_of = any(said.intersection(slot.keys) for slot in own)
            if not spoken_of and self._draft(part, ranking).status == "not_in_sources":
                missing.append(told)
        return lines_of(missing, self.plan.question.language)

    @property
    def _parts(self) -> tuple[tuple[Question, Ranking], ...]:
        return self.found[: len(self.plan.parts) or 1]

    def _draft(self, question: Question, ranking: Ranking) -> Draft:
        lacked = names_lacked(question.text, question.language, self.store)
        return extractive.answer(question, ranking.hits, ranking.slots, ranking.according, lacked)

    def _keys(self, evidence: Evidence) -> list[str]:
        return term_keys(self._quote(evidence), self.store.source(evidence.file_id).language)

    def _quote(self, evidence: Evidence) -> str:
        return self.store.readable(evidence.file_id)[evidence.start : evidence.end]

    def reasoned(self) -> bool:
        """Whether the answer without a model gives a reason."""
        draft, _ = self.extracted()
        return any(
            gives("why", fold_text(self._quote(e)), self.store.source(e.file_id).language)
            for claim in draft.claims
            for e in claim.evidence
        )


def _keys_of(slots: Sequence[Slot]) -> set[str]:
    return {key for slot in slots for key in (*slot.keys, *slot.near)}


def searched(plan: Plan, past: Sequence[Turn], store: Store, scope: Scope, embedder: Embedder, bill: Bill) -> Search:
    """Look for what a plan asks; where its question came of the one before and finds nothing, for what it allows."""

    def search(plan: Plan) -> Search:
        found = [(asked, ranked(asked, store, scope, embedder, bill=bill)) for asked in plan.asked]
        return Search(plan, store, tuple((asked, preferring(r, plan.preferred)) for asked, r in found))

    done = search(plan)
    if plan.task == "answer":
        if bill.model is None and plan.reason and not done.reasoned():
            # Who asks why and finds no reason is shown at least what the last answer stands on.
            plan = replace(plan, task="sources", question=read_question(past[-1].base, past[-1].language))
            done = replace(done, plan=plan)
        elif plan.instead is not None and done.extracted()[0].status == "not_in_sources":
            done = search(Plan(plan.instead, warnings=plan.warnings, seconds=plan.seconds, calls=plan.calls))
    if plan.task == "answer":
        return done
    files = citing.Files(store.sources(scope), store.text)
    last = past[-1]
    if plan.task == "sources":
        return replace(done, settled=citing.again(last.answer, files))
    asked = read_question(last.base, last.language)
    return replace(done, settled=citing.speakers(last.answer, asked, files))
