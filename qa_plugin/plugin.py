"""The plugin: question → retrieval → answer → verification → presentation, over an index of articles."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qa_plugin.answering import extractive
from qa_plugin.answering.translation import Translated, translated
from qa_plugin.asking import words_of_question
from qa_plugin.assembly import Sources, assemble, namer
from qa_plugin.copies.groups import Groups
from qa_plugin.data import use_folder
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.errors import ArticlesError, ModelError, StoreNotBuilt
from qa_plugin.indexing import bring_in_line, renewed
from qa_plugin.language.detection import detect
from qa_plugin.language.phrases import language_name
from qa_plugin.language.questions import Question, read_question
from qa_plugin.linking import copies_behind, earliest_cited, groups_in, link, with_copies
from qa_plugin.ports import THIS_MACHINE, ChatModel, Embedder
from qa_plugin.prompting import load_prompts
from qa_plugin.records import Answer, Draft, Evidence, IndexReport, Scope, SearchResult, SourceInfo, Usage
from qa_plugin.retrieval import PASSAGES, Ranking, retrieve
from qa_plugin.settings import Settings, from_environment
from qa_plugin.store import Store
from qa_plugin.store.cache import ReplyCache
from qa_plugin.store.roots import root_to_forget, roots_within
from qa_plugin.tokens import count_tokens
from qa_plugin.verification import Quote, check, names_lacked, view_of
from qa_plugin.wiring import choose_embedder, choose_model, fingerprint, refuse_if_costly, usage_of


class QAPlugin:
    """Answers questions from a folder of articles, every claim tied to an exact quote.

    With nothing configured it answers by extraction, and nothing leaves the machine; with a key, a base URL or an
    `llm` a language model answers, and the same checks hold.
    """

    def __init__(
        self,
        articles: str | Path | None = None,
        *,
        store: str | Path | None = None,
        settings: Settings | None = None,
        llm: object = None,
        embed_model: object = None,
    ) -> None:
        """Describe the plugin; nothing is read or opened before the first call.

        Args:
            articles: A folder (or file) to answer from; brought in line at the first question. None: the whole index.
            store: Folder of the index; the settings' own unless given.
            settings: Read from the environment unless given.
            llm: Any LlamaIndex `LLM` to answer with.
            embed_model: Any LlamaIndex `BaseEmbedding` to search with.
        """
        chosen = settings if settings is not None else from_environment()
        self.settings = replace(chosen, store=Path(store)) if store is not None else chosen
        use_folder(self.settings.data)
        self.notices: list[str] = []
        self._articles = Path(articles) if articles is not None else None
        self._embed_model = embed_model
        self._embedder: Embedder | None = None
        self._model: ChatModel | None = choose_model(self.settings, llm)
        self._store: Store | None = None
        self._in_line = False

    # ------------------------------------------------------------ life

    def close(self) -> None:
        """Let go of the index; the next call opens it again."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def destination(self) -> str:
        """Where questions and passages go, as one sentence."""
        if self._model is not None and self._model.destination != THIS_MACHINE:
            return f"The question and passages go to {self._model.destination} (model {self._model.name})."
        if self.embedder.destination != THIS_MACHINE:
            return f"The question goes to {self.embedder.destination} (embedder {self.embedder.name})."
        return "All stays on this machine."

    # ------------------------------------------------------------ the index

    def index(
        self, *paths: str | Path, yes: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> IndexReport:
        """Bring the index in line with the files under these roots, or under the plugin's own articles.

        Raises:
            ArticlesError: A root is missing or holds nothing that can be read.
            ConsentNeeded: The work is large or costs money, and `yes` was not said.
            StoreLocked: Another process is writing.
        """
        roots = [Path(path) for path in paths] or ([self._articles] if self._articles else [])
        if not roots:
            raise ArticlesError("No articles were named. Give a folder, as in `qa-plugin index articles/`.")
        self.close()
        total = IndexReport()
        with self._writer() as store:
            for root in roots:
                total += bring_in_line(store, root, self.embedder, self.settings, yes=yes, progress=progress)
        self._in_line = self._in_line or (self._articles is not None and self._articles in roots)
        return total

    def forget(self, path: str | Path) -> int:
        """Take a root out of the index, with text, vectors and caches; how many files it held.

        Raises:
            ArticlesError: The path is no root, but lies in one or holds some.
        """
        self.close()
        with self._writer() as store:
            name = root_to_forget(Path(path), store.roots())
            count = store.forget(name)
            self.notices += [
                f"{root}, a root of its own in there, is still in the index; forget it by its own path."
                for root in roots_within(name, store.roots())
            ]
            return count

    @contextmanager
    def _writer(self) -> Iterator[Store]:
        """The store opened for writing, out-of-date content made anew; at the end what came is compared for copies."""
        self._choose_embedder()
        with Store.open(self.settings.store, fingerprint=self._fingerprint(), write=True) as store:
            self._renew(store)
            yield store
            link(store)

    def _renew(self, store: Store) -> None:
        difference = store.fingerprint_difference()
        if not difference:
            return
        refuse_if_costly(difference, self.embedder, self.settings.store)
        self.notices.append("The index was made by another version; it is brought up to date from its own texts.")
        store.renew(renewed(store, self.embedder, self.settings))

    @property
    def embedder(self) -> Embedder:
        """What questions and passages are searched by."""
        return self._embedder or self._choose_embedder()

    def _choose_embedder(self) -> Embedder:
        stored: str | None = None
        try:
            with Store.open(self.settings.store, fingerprint={}) as store:
                stored = (store.fingerprint_stored or {}).get("embedder")
        except StoreNotBuilt:
            pass
        if self._embedder is None or (stored not in {None, self._embedder.name} and self._embed_model is None):
            self._embedder = choose_embedder(self.settings, self._embed_model, stored=stored)
        return self._embedder

    def _fingerprint(self) -> dict[str, str]:
        return fingerprint(self.embedder, self.settings)

    def _reader(self) -> Store:
        """The store opened for reading, the plugin's own articles in line."""
        if self._articles is not None and not self._in_line:
            self.index(self._articles)
            self._in_line = True
        if self._store is None:
            self._choose_embedder()
            store = Store.open(self.settings.store, fingerprint=self._fingerprint())
            if store.fingerprint_difference():
                store.close()
                with self._writer():
                    pass
                store = Store.open(self.settings.store, fingerprint=self._fingerprint())
            self._store = store
        return self._store

    def opened(self) -> Store:
        """The index behind the plugin, opened for reading, for measurements that go below a question and an answer."""
        return self._reader()

    # ------------------------------------------------------------ looking

    def sources(self) -> list[SourceInfo]:
        """What is in the index, by root and path."""
        store = self._reader()
        scope = self._scope(store, None)
        found = store.sources(scope)
        return with_copies(found, groups_in(store, scope), namer(found))

    def source_text(self, name: str) -> str:
        """A file's text, as offsets count in it; `name` is its path as answers give it.

        Raises:
            ArticlesError: No such file is in the index, or more than one.
        """
        store = self._reader()
        found = [info for info in store.sources() if name in {info.source, f"{Path(info.root).name}/{info.source}"}]
        if len(found) > 1:
            doubles = set(store.doubles())
            found = [info for info in found if info.file_id not in doubles]
        if len(found) == 1:
            return store.text(found[0].file_id)
        if not found:
            raise ArticlesError(f"{name} is not in the index. `qa-plugin sources` lists what is.")
        roots = ", ".join(f"{Path(info.root).name}/{info.source}" for info in found)
        raise ArticlesError(f"{name} is in the index more than once. Say which: {roots}.")

    def search(self, query: str, *, limit: int = 10, scope: Scope | None = None) -> list[SearchResult]:
        """Passages for a query, best first, without an answer; none where not a word of it is in the sources."""
        words = words_of_question(query, "search")
        store = self._reader()
        ranking = self._retrieve(read_question(words, detect(words)), store, self._scope(store, scope), limit)
        # An embedder that reads meaning may find what shares no word; the built-in one finds chance likenesses.
        if isinstance(self.embedder, BuiltInEmbedder) and not ranking.worded:
            return []
        name_of = namer(hit.info for hit in ranking.hits)
        return [
            SearchResult(
                name_of(hit.info),
                hit.chunk.start,
                hit.chunk.end,
                (hit.best.start, hit.best.end),
                hit.chunk.text,
                round(hit.score, 6),
                hit.info.language,
                hit.info.title,
                hit.info.published,
            )
            for hit in ranking.hits[:limit]
        ]

    def _scope(self, store: Store, scope: Scope | None) -> Scope:
        """The scope asked for, in the plugin's own articles; over all roots every file once."""
        chosen = scope or Scope()
        if chosen.roots is not None:
            return chosen
        if self._articles is not None:
            return replace(chosen, roots=(str(self._articles.expanduser().resolve()),))
        return replace(chosen, without=chosen.without + store.doubles())

    def _retrieve(self, question: Question, store: Store, scope: Scope, passages: int = PASSAGES) -> Ranking:
        return retrieve(question, self.embedder.embed_query(question.text), store, scope, passages=passages)

    # ------------------------------------------------------------ answering

    def ask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question; "not in the sources" is an answer too.

        Raises:
            StoreNotBuilt: There is no index yet.
            ModelError: The language model failed, and the settings do not allow the extractive answer instead.
        """
        answer: Answer | None = None
        for event in self.stream(question, scope=scope):
            if event["type"] == "answer":
                answer = event["answer"]
        assert answer is not None  # noqa: S101 - a stream ends with its answer
        return answer

    async def aask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """The same without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, scope=scope)

    def stream(self, question: str, *, scope: Scope | None = None) -> Iterator[dict[str, Any]]:
        """The steps of an answer as they are done: `retrieved`, then each checked `claim`, then the `answer`.

        No claim is shown before it has passed verification.
        """
        words = words_of_question(question, "ask")
        started = time.perf_counter()
        store = self._reader()
        chosen = self._scope(store, scope)
        translation = translated(
            read_question(words, detect(words)),
            model=self._model,
            settings=self.settings,
            articles=partial(store.sources, chosen),
            cache=ReplyCache(self.settings.store),
        )
        asked = translation.question
        ranking = self._retrieve(asked, store, chosen)
        retrieved = time.perf_counter()
        yield {"type": "retrieved", "sources": list(dict.fromkeys(hit.info.source for hit in ranking.hits))}
        drafted = self._draft(translation, ranking, store)
        answered = time.perf_counter()
        answer = self._checked(asked, ranking, drafted, store, groups_in(store, chosen))
        done = time.perf_counter()
        timings = {
            "retrieve": _ms(started, retrieved),
            "answer": _ms(retrieved, answered),
            "verify": _ms(answered, done),
            "total": _ms(started, done),
        }
        answer = replace(answer, timings_ms=timings)
        for claim in answer.claims:
            fields = {"text": claim.text, "citations": list(claim.citations), "verified": claim.verified}
            yield {"type": "claim", **fields}
        yield {"type": "answer", "answer": answer}

    def _draft(self, translation: Translated, ranking: Ranking, store: Store) -> _Drafted:
        question = translation.question
        lacked = names_lacked(question.text, question.language, store)

        def extracted(*warnings: str) -> _Drafted:
            draft = extractive.answer(question, ranking.hits, ranking.slots, ranking.according, lacked)
            usage = usage_of(self._model, translation.prompt_tokens, translation.completion_tokens)
            return _Drafted(draft, usage=usage, warnings=(*translation.warnings, *warnings))

        if self._model is None:
            return extracted()
        from qa_plugin.answering import generative

        prompts = load_prompts(override=self.settings.prompts)
        try:
            made = generative.answer(
                question.text,
                language_name=language_name(question.language) or "the language of the question",
                hits=ranking.hits,
                model=self._model,
                prompts=prompts,
                max_context_tokens=self.settings.context_tokens,
                count_tokens=count_tokens,
                deadline_seconds=self.settings.deadline_seconds - translation.seconds,
            )
        except ModelError as error:
            if self.settings.fallback or error.kind == "model_unreadable":
                return extracted(f"{self._model.name} gave no usable answer ({error}); answered by extraction.")
            raise
        said = translation.completion_tokens + made.completion_tokens
        usage = usage_of(self._model, translation.prompt_tokens + made.prompt_tokens, said)
        how = ("llm", self._model.name, prompts.prompt_hash, usage)
        return _Drafted(made.draft, *how, made.used, translation.warnings)

    def _checked(self, question: Question, ranking: Ranking, drafted: _Drafted, store: Store, groups: Groups) -> Answer:
        infos = {hit.info.file_id: hit.info for hit in ranking.hits}
        text_of = cache(store.text)

        def info_of(file_id: int) -> SourceInfo:
            return infos.get(file_id) or store.source(file_id)

        def quote(e: Evidence) -> Quote:
            text, info = text_of(e.file_id), info_of(e.file_id)
            return Quote(text[e.start : e.end], info.language, info.published, partial(view_of, text, info.language))

        def checked_against_quotes(draft: Draft) -> Draft:
            return check(draft, question.language, lambda claim: list(map(quote, claim.evidence)))

        checked = earliest_cited(drafted.draft, groups, store, checked_against_quotes)
        copies = copies_behind(checked, groups, store)
        name_of = namer([*(hit.info for hit in ranking.hits), *(info for infos in copies.values() for info in infos)])
        sources = Sources(text_of, info_of, name_of, copies, groups.report_of)
        answer = assemble(question.text, question.language, checked, ranking.hits, sources, used=drafted.used)
        return replace(
            answer,
            mode=drafted.mode,
            model=drafted.model,
            prompt_hash=drafted.prompt_hash,
            warnings=drafted.warnings,
            usage=drafted.usage,
        )


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft with how it was made."""

    draft: Draft
    mode: str = "extractive"
    model: str | None = None
    prompt_hash: str | None = None
    usage: Usage = field(default_factory=Usage)
    used: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
