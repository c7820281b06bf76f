"""The plugin: an index of articles, kept in line with its files, to ask and to search."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from qa_plugin.articles.documents import root_of
from qa_plugin.asking import words_of_question
from qa_plugin.assembly import found_in, namer
from qa_plugin.chat import MAX_TURNS, Chat, Turn
from qa_plugin.concurrency import Pool, all_awaited, awaited, events_of, in_order
from qa_plugin.data import use_folder
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.errors import ArticlesError
from qa_plugin.indexing import Doing, bring_documents_in_line, bring_in_line, renewed
from qa_plugin.language.detection import detect
from qa_plugin.language.questions import read_question
from qa_plugin.linking import groups_in, link, with_copies
from qa_plugin.ports import ChatModel, Embedder
from qa_plugin.reading import Opened, Readers
from qa_plugin.records import Answer, IndexReport, Scope, SearchResult, SourceInfo
from qa_plugin.responding import Responder, answer_or_error
from qa_plugin.retrieval import retrieve
from qa_plugin.settings import MAX_CONCURRENCY, Settings, check_number, from_environment
from qa_plugin.store import Store
from qa_plugin.store.roots import root_to_forget, roots_within
from qa_plugin.wiring import (
    cache_of,
    check_handed_in,
    choose_embedder,
    choose_model,
    destination_of,
    fingerprint,
    refuse_if_costly,
    stored_embedder,
)

if TYPE_CHECKING:
    from llama_index.core.tools import QueryEngineTool

    from qa_plugin.frameworks.llama_index import QAPluginQueryEngine, QAPluginRetriever


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
            settings: Read from the environment unless given; `Settings.from_environment(…)` reads it too, and changes
                something, while `Settings(…)` reads nothing.
            llm: Any LlamaIndex `LLM` to answer with.
            embed_model: Any LlamaIndex `BaseEmbedding` to search with.

        Raises:
            SettingsError: `llm` or `embed_model` is something else, such as a model's name.
        """
        check_handed_in(llm, embed_model)
        chosen = settings if settings is not None else from_environment()
        self.settings = replace(chosen, store=Path(store)) if store is not None else chosen
        use_folder(self.settings.data)
        self.notices: list[str] = list(self.settings.remarks)
        self._articles = Path(articles) if articles is not None else None
        self._documents: dict[str, None] = {}
        self._embed_model = embed_model
        self._embedder: Embedder | None = None
        self._model: ChatModel | None = choose_model(self.settings, llm)
        # How a model that was handed in is set is not known, so that its replies may not be the same again.
        self._cache = cache_of(self.settings) if llm is None else None
        self._in_line = False
        self._readers = Readers(self._opened)
        self._writing = threading.RLock()
        self._pool = Pool(self.settings.max_concurrency)

    # ------------------------------------------------------------ life

    def close(self) -> None:
        """Let go of the index, as soon as no question is being answered; the next call opens it again."""
        self._readers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def model_name(self) -> str | None:
        """The language model that answers; None where extraction does."""
        return self._model.name if self._model is not None else None

    def destination(self) -> str:
        """Where questions and passages go, as one sentence."""
        return destination_of(self._model, self.embedder)

    @property
    def host(self) -> str:
        """The host that gets the question; `THIS_MACHINE` where it does not leave."""
        return (self._model or self.embedder).destination

    # ------------------------------------------------------------ the index

    def index(
        self,
        *paths: str | Path,
        documents: Iterable[object] | None = None,
        name: str = "main",
        yes: bool = False,
        progress: Callable[[int, int], None] | None = None,
        announce: Callable[[str], None] | None = None,
    ) -> IndexReport:
        """Bring the index in line with the files under these roots, or under the plugin's own articles.

        Questions may be asked meanwhile: each sees one state of the index, that before or that after. What takes
        longer than seconds is seen in steps. Where another process only asks and, just then, builds the vector index,
        this waits for it, up to 60 seconds.

        Args:
            paths: The roots.
            documents: LlamaIndex `Document`s, all that there are under `name`: those of before that are not among
                them are removed. They are a root too, `documents:NAME`, and answers come from them without them.
            name: Of these documents.
            yes: Agree to large or paid work.
            progress: Is told how many files of how many are done.
            announce: Is told tokens and cost before an embedder is paid; `notices` gather them where it is None.

        Raises:
            ArticlesError: A root is missing or holds nothing that can be read.
            ConsentNeeded: The work is large or costs money, and `yes` was not said.
            StoreLocked: Another process is writing.
        """
        own = [self._articles] if self._articles and documents is None else []
        roots = [Path(path) for path in paths] or own
        if not roots and documents is None:
            raise ArticlesError("No articles were named. Give a folder, as in `qa-plugin index articles/`.")
        given = None
        if documents is not None:
            from qa_plugin.frameworks.llama_index import given_documents

            given = given_documents(documents)
        total, how = IndexReport(), Doing(yes, progress, announce or self.notices.append)
        with self._writer() as (store, embedder):
            for root in roots:
                total += bring_in_line(store, root, embedder, self.settings, how)
            if given is not None:
                total += bring_documents_in_line(store, name, given, embedder, self.settings, how)
                self._documents[root_of(name)] = None
        self._in_line = self._in_line or (self._articles is not None and self._articles in roots)
        return total

    def forget(self, path: str | Path) -> int:
        """Take a root out of the index, with text, vectors and caches; how many files it held.

        Raises:
            ArticlesError: The path is no root, but lies in one or holds some.
        """
        self.close()
        with self._writer(together=False) as (store, _):
            name = root_to_forget(Path(path), store.roots())
            count = store.forget(name)
            self.notices += [
                f"{root}, a root of its own in there, is still in the index; forget it by its own path."
                for root in roots_within(name, store.roots())
            ]
            return count

    @contextmanager
    def _writer(self, *, together: bool = True) -> Iterator[Opened]:
        """The store opened for writing, out-of-date content made anew; at the end what came is compared for copies."""
        with self._writing:  # threads wait for each other, other processes are told
            embedder = self._choose_embedder()
            with Store.open(self.settings.store, fingerprint=fingerprint(embedder, self.settings), write=True) as store:
                self._renew(store, embedder)
                with store.together() if together else nullcontext():
                    yield Opened(store, embedder)
                    link(store)

    def _renew(self, store: Store, embedder: Embedder) -> None:
        difference = store.fingerprint_difference()
        if not difference:
            return
        refuse_if_costly(difference, embedder, self.settings.store)
        self.notices.append("The index was made by another version; it is brought up to date from its own texts.")
        store.renew(renewed(store, embedder, self.settings))

    @property
    def embedder(self) -> Embedder:
        """What questions and passages are searched by."""
        return self._embedder or self._choose_embedder()

    def _choose_embedder(self) -> Embedder:
        stored, embedder = stored_embedder(self.settings), self._embedder
        if embedder is None or (stored not in {None, embedder.name} and self._embed_model is None):
            embedder = self._embedder = choose_embedder(self.settings, self._embed_model, stored=stored)
        return embedder

    def _opened(self) -> Opened:
        """The store opened for reading, the plugin's own articles in line."""
        if self._articles is not None and not self._in_line:
            self.index(self._articles)
            self._in_line = True
        opened = self._read_only()
        if opened.store.fingerprint_difference():
            opened.store.close()
            with self._writer():
                pass
            opened = self._read_only()
        return opened

    def _read_only(self) -> Opened:
        embedder = self._choose_embedder()
        store = Store.open(self.settings.store, fingerprint=fingerprint(embedder, self.settings))
        return Opened(store, embedder)

    def opened(self) -> Store:
        """The index behind the plugin, opened for reading, for measurements that go below a question and an answer."""
        return self._readers.newest().store

    # ------------------------------------------------------------ looking

    def sources(self, scope: Scope | None = None) -> list[SourceInfo]:
        """What is in the index, by root and path."""
        with self._readers.reading() as (store, _):
            within = self._scope(store, scope)
            found = store.sources(within)
            return with_copies(found, groups_in(store, within), namer(found))

    def source_info(self, name: str) -> SourceInfo:
        """A file of the index by its path as answers give it, with its copies.

        Raises:
            ArticlesError: No such file is in the index, or more than one.
        """
        with self._readers.reading() as (store, _):
            groups = groups_in(store, self._scope(store, None))
            return with_copies([store.named(name)], groups, namer(store.sources()))[0]

    def source_text(self, name: str) -> str:
        """A file's text, as offsets count in it; `name` is its path as answers give it.

        Raises:
            ArticlesError: No such file is in the index, or more than one.
        """
        with self._readers.reading() as (store, _):
            return store.text(store.named(name).file_id)

    def search(self, query: str, *, limit: int = 10, scope: Scope | None = None) -> list[SearchResult]:
        """Passages for a query, best first, without an answer; with the built-in embedder only such as share words."""
        words = words_of_question(query, "search")
        with self._readers.reading() as (store, embedder):
            asked, vector = read_question(words, detect(words)), embedder.embed_query(words)
            chosen, worded = self._scope(store, scope), isinstance(embedder, BuiltInEmbedder)
            ranking = retrieve(asked, vector, store, chosen, passages=limit, worded=worded)
        name_of = namer(hit.info for hit in ranking.hits)
        return [found_in(hit, name_of(hit.info)) for hit in ranking.hits[:limit]]

    def _scope(self, store: Store, scope: Scope | None) -> Scope:
        """The scope asked for, in what the plugin itself was given; over all roots every file once."""
        chosen = scope or Scope()
        if chosen.roots is not None:
            return chosen
        if self._articles is not None:
            return replace(chosen, roots=(str(self._articles.expanduser().resolve()), *self._documents))
        return replace(chosen, without=chosen.without + store.doubles())

    # ------------------------------------------------------------ answering

    def ask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question; "not in the sources" is an answer too.

        Raises:
            StoreNotBuilt: There is no index yet.
            ModelError: The language model failed, and the settings do not allow the extractive answer instead.
            BudgetExceeded: It would take more than the settings allow; nothing was sent.
        """
        words = words_of_question(question, "ask")
        with self._conversing(scope) as (responder, store, chosen):
            return responder.answer(words, store, chosen)

    async def aask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """The same without blocking the event loop; cancelling the task ends the call of the model."""
        return await awaited(self._pool, partial(self.ask, question, scope=scope))

    def ask_many(
        self, questions: Iterable[str], *, concurrency: int | None = None, scope: Scope | None = None
    ) -> list[Answer]:
        """Answer many questions, so many at a time (`Settings.max_concurrency` unless given), in their order.

        A question that cannot be answered has an answer with the status `error`, its kind and message in `error`;
        the others are answered.
        """
        return in_order(self._works(questions, scope), concurrency=self._most(concurrency))

    async def aask_many(
        self, questions: Iterable[str], *, concurrency: int | None = None, scope: Scope | None = None
    ) -> list[Answer]:
        """The same without blocking the event loop; cancelling the task ends all calls."""
        return await all_awaited(self._works(questions, scope), concurrency=self._most(concurrency))

    def _most(self, concurrency: int | None) -> int:
        if concurrency is None:
            return self.settings.max_concurrency
        check_number("concurrency", concurrency, 1, MAX_CONCURRENCY, whole=True)
        return concurrency

    def _works(self, questions: Iterable[str], scope: Scope | None) -> list[Callable[[], Answer]]:
        return [partial(answer_or_error, self.ask, question, scope) for question in questions]

    def stream(self, question: str, *, scope: Scope | None = None) -> Generator[dict[str, Any], None, None]:
        """The steps of an answer as they are done: `retrieved`, then each checked `claim`, then the `answer`.

        A claim is given as soon as the model has said it and it has passed verification, none before; its citations
        have the ids that they have in the answer. Closing the generator ends the call of the model.
        """
        words = words_of_question(question, "ask")
        with self._conversing(scope) as (responder, store, chosen):
            yield from responder.events(words, store, chosen)

    async def astream(self, question: str, *, scope: Scope | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """The same without blocking the event loop."""
        async with aclosing(events_of(self._pool, partial(self.stream, question, scope=scope))) as events:
            async for event in events:
                yield event

    def chat(self, *, scope: Scope | None = None, max_turns: int = MAX_TURNS, turns: Iterable[Turn] = ()) -> Chat:
        """A conversation: questions may go on from each other, or from `turns` of another: "And who said so?"."""
        return Chat(self._conversing, self._pool, scope=scope, max_turns=max_turns, turns=turns)

    # ------------------------------------------------------------ function calling

    def tool_schemas(self) -> list[dict[str, Any]]:
        """`search`, `fetch`, `ask` and `search_articles` as OpenAI's `tools`, valid where `strict` is on."""
        from qa_plugin.functions import tool_schemas  # pydantic

        return tool_schemas()

    def call_tool(self, name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
        """Call one of these as a language model asked for it; its result as JSON values.

        `arguments` may be the JSON text of the tool call; null is the same as left out.

        Raises:
            FunctionError: No such function, or arguments that do not fit; the message is worded for the model.
        """
        from qa_plugin.functions import Functions, call_tool  # pydantic

        return call_tool(Functions(self), name, arguments)

    # ------------------------------------------------------------ LlamaIndex

    def as_retriever(self, *, similarity_top_k: int = 10, scope: Scope | None = None) -> QAPluginRetriever:
        """A LlamaIndex retriever over the index: at most so many passages, with their places in their files."""
        from qa_plugin.frameworks.llama_index import QAPluginRetriever  # LlamaIndex, here and below

        return QAPluginRetriever(self, similarity_top_k=similarity_top_k, scope=scope)

    def as_query_engine(self, *, streaming: bool = False, scope: Scope | None = None) -> QAPluginQueryEngine:
        """A LlamaIndex query engine: checked answers, the quotes as `source_nodes`, all else in `metadata`."""
        from qa_plugin.frameworks.llama_index import QAPluginQueryEngine

        return QAPluginQueryEngine(self, streaming=streaming, scope=scope)

    def as_tool(
        self, *, name: str = "ask_the_news", description: str | None = None, scope: Scope | None = None
    ) -> QueryEngineTool:
        """The answers as one tool of a LlamaIndex agent; `QAPluginToolSpec` has search and reading beside."""
        from qa_plugin.frameworks.llama_index import engine_tool

        return engine_tool(self, name=name, description=description, scope=scope)

    @contextmanager
    def _conversing(self, scope: Scope | None) -> Iterator[tuple[Responder, Store, Scope]]:
        with self._readers.reading() as (store, embedder):
            yield Responder(self.settings, self._model, embedder, self._cache), store, self._scope(store, scope)
