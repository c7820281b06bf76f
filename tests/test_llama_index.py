"""The plugin among LlamaIndex's parts: its documents in, our retriever, engine, tools and embedding out."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_plugin import ArticlesError, QAPlugin, Scope

# Imported here once, so that what the vendor warns of at import is no failure of a test.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from llama_index.core import Document, SimpleDirectoryReader, VectorStoreIndex
    from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent, ReActAgent
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.llms.types import ChatMessage, CompletionResponse, LLMMetadata, ToolCallBlock
    from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.core.evaluation import RetrieverEvaluator
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.llms import MockLLM
    from llama_index.core.llms.custom import CustomLLM
    from llama_index.core.llms.mock import MockFunctionCallingLLM
    from llama_index.core.query_engine import RetrieverQueryEngine, RouterQueryEngine
    from llama_index.core.schema import NodeRelationship, TextNode
    from llama_index.core.selectors import LLMSingleSelector
    from llama_index.core.tools import FunctionTool, QueryEngineTool

    from qa_plugin.frameworks.llama_index import BuiltInEmbedding, QAPluginToolSpec, given_documents

RIO = "Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\nA cheia deixou 41 mortos, segundo os bombeiros."
NIL = "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى الفيضان إلى مقتل ٤١ شخصا في الوادي."
RAIL = "Rail strike\n\nMarch 9, 2025\n\nThe rail strike ended after 12 days, the union said."
FILES = {"rio.pt.txt": RIO, "wire/nil.ar.txt": NIL, "agency/rail.en.txt": RAIL}
QUESTION = "How many people died in the flood?"
DISPUTED = {
    "dam.en.txt": "Dam burst\n\nMarch 3, 2026\n\nThe burst of the Lindel dam killed 41 people, the fire service said.",
    "dam.fr.txt": "Rupture du barrage\n\n3 mars 2026\n\n"
    "La rupture du barrage de Lindel a fait 60 morts, selon l'opposition.",
}
DISPUTE = "How many people were killed when the Lindel dam burst?"


class Saying(CustomLLM):
    """A model that says these things, one after another."""

    replies: list[str]

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="saying", context_window=100_000)

    def complete(self, prompt: str, *args: Any, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self.replies.pop(0))

    def stream_complete(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        said = self.replies.pop(0)
        yield CompletionResponse(text=said, delta=said)


def saying(*replies: str) -> Saying:
    return Saying(replies=list(replies))


def written(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> list[Document]:
    return SimpleDirectoryReader(str(folder), recursive=True).load_data()


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QAPlugin]:
    folder = tmp_path_factory.mktemp("llama")
    with QAPlugin(store=folder / "store") as plugin:
        plugin.index(documents=read(written(folder / "articles")))
        yield plugin


def names(qa: QAPlugin) -> list[str]:
    return [info.source for info in qa.sources()]


# ---------------------------------------------------------------- documents in


def test_what_a_reader_reads_is_added_kept_changed_and_removed_as_its_pipeline_does(tmp_path: Path) -> None:
    folder = written(tmp_path / "articles")
    with QAPlugin(store=tmp_path / "store") as qa:
        first = qa.index(documents=read(folder))
        assert first.added == ("agency/rail.en.txt", "rio.pt.txt", "wire/nil.ar.txt")
        # Ids that a reader makes up are others each time: the documents are the same.
        assert qa.index(documents=read(folder)).unchanged == 3
        (folder / "rio.pt.txt").write_text(RIO.replace("41", "43"), encoding="utf-8")
        (folder / "agency/rail.en.txt").unlink()
        third = qa.index(documents=read(folder))
        assert (third.added, third.changed, third.removed) == ((), ("rio.pt.txt",), ("agency/rail.en.txt",))
        assert third.unchanged == 1
        # The folder that names count from stays, though now all documents lie deeper in it.
        (folder / "rio.pt.txt").unlink()
        assert qa.index(documents=read(folder)).unchanged == 1
        assert names(qa) == ["wire/nil.ar.txt"]


def test_documents_answer_in_another_process_without_them_and_are_forgotten_by_name(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with QAPlugin(store=store) as qa:
        qa.index(documents=read(written(tmp_path / "gone")), name="wire")
    for path in sorted((tmp_path / "gone").rglob("*.txt")):
        path.unlink()

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "qa_plugin", *words, "--store", str(store)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    answer = json.loads(run("ask", "--json", QUESTION))
    assert (answer["status"], answer["answer"][:3]) == ("answered", "41 ")
    for citation in answer["citations"]:
        assert FILES[citation["source"]][citation["start"] : citation["end"]] == citation["quote"]
    assert run("sources", "--text", "rio.pt.txt").rstrip("\n") == RIO
    assert "documents:wire (3 files" in run("sources")
    assert "3 files forgotten" in run("forget", "documents:wire")
    with QAPlugin(store=store) as qa:
        assert qa.sources() == []
    assert not [
        path for path in store.iterdir() if path.is_file() and str(tmp_path / "gone").encode() in path.read_bytes()
    ]


def test_documents_stand_beside_folders_and_under_names_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "rail.txt").write_text(RAIL, encoding="utf-8")
    with QAPlugin(folder, store=tmp_path / "store") as qa:
        qa.index(documents=[Document(text=RIO, id_="rio")], name="one")
        qa.index(documents=[Document(text=NIL, id_="nil")], name="two")
        # A plugin with articles of its own answers from these and from what it was given.
        assert qa.ask("How long did the rail strike last?").citations[0].source == "rail.txt"
        assert {citation.source for citation in qa.ask(QUESTION).citations} == {"rio", "nil"}
        assert qa.forget("documents:one") == 1
        assert {citation.source for citation in qa.ask(QUESTION).citations} == {"nil"}
    with QAPlugin(folder, store=tmp_path / "store") as qa:
        assert names(qa) == ["rail.txt"]


@pytest.mark.parametrize(
    ("about", "id_", "source"),
    [
        ({"file_path": "/data/in/a.txt"}, None, "a.txt"),
        ({"file_name": "a.txt"}, None, "a.txt"),
        ({"file_path": "C:\\data\\a.txt"}, None, "a.txt"),
        ({"file_path": "/data/in/a.pdf", "page_label": "3"}, None, "a.pdf#page=3"),
        ({"file_path": "/data/in/a.txt"}, "/data/in/a.txt", "a.txt"),
        ({"file_path": "/data/in/a.pdf"}, "/data/in/a.pdf_part_2", "a.pdf_part_2"),
        ({"file_path": "/data/in/feed.json"}, "17", "feed.json#17"),
        ({"url": "https://example.org/news/1?x=2"}, None, "example.org/news/1?x=2"),
        ({"URL": "https://example.org/1"}, "https://example.org/1", "example.org/1"),
        ({}, "my-id", "my-id"),
        ({}, "../../etc/\u202epasswd\n", "etc/passwd"),
        ({"file_path": "/"}, "..", "document"),
    ],
)
def test_a_document_is_named_by_its_path_and_id(
    tmp_path: Path, about: dict[str, str], id_: str | None, source: str
) -> None:
    document = Document(text=RAIL, metadata=about) if id_ is None else Document(text=RAIL, metadata=about, id_=id_)
    with QAPlugin(store=tmp_path / "store") as qa:
        assert qa.index(documents=[document]).added == (source,)


def test_documents_of_one_name_are_all_kept(tmp_path: Path) -> None:
    same = [Document(text=text, metadata={"file_name": "feed.json"}) for text in FILES.values()]
    with QAPlugin(store=tmp_path / "store") as qa:
        assert qa.index(documents=same).added == ("feed.json", "feed.json#2", "feed.json#3")


def test_what_metadata_say_goes_before_what_the_text_says(tmp_path: Path) -> None:
    about = {"title": "A flood\u202e", "date": "Tue, 10 Jun 2025 04:00:00 GMT", "language": "pt-BR", "file_name": "a"}
    touched = {"creation_date": "2020-01-01", "last_modified_date": "2020-01-01", "file_name": "b", "lang": "Klingon"}
    with QAPlugin(store=tmp_path / "store") as qa:
        qa.index(documents=[Document(text=RAIL, metadata=about), Document(text=RIO, metadata=touched)])
        given, found = qa.sources()
        assert (given.title, given.published, given.language) == ("A flood", "2025-06-10", "pt")
        assert (found.title, found.published, found.language) == ("Cheia no Rio Verde", "2026-03-03", "pt")
        about["date"] = "2025-06-11T08:00:00Z"
        report = qa.index(documents=[Document(text=RAIL, metadata=about), Document(text=RIO, metadata=touched)])
        assert (report.changed, report.unchanged) == (("a",), 1)
        assert qa.source_info("a").published == "2025-06-11"


def test_a_given_language_outlives_an_index_that_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with QAPlugin(store=tmp_path / "store") as qa:
        qa.index(documents=[Document(text=RAIL, metadata={"language": "fr"}, id_="a"), Document(text=RAIL, id_="b")])
    monkeypatch.setattr("qa_plugin.chunks.VERSION", "another")
    with QAPlugin(store=tmp_path / "store") as qa:
        assert [(info.source, info.language) for info in qa.sources()] == [("a", "fr"), ("b", "en")]
        assert qa.notices


def test_what_cannot_be_kept_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    documents = [
        Document(text=RAIL, id_="good"),
        Document(text="half \ud800", id_="bad"),
        Document(text="", id_="empty"),
    ]
    with QAPlugin(store=tmp_path / "store") as qa:
        report = qa.index(documents=documents)
        assert report.added == ("empty", "good")
        assert report.empty == ("empty",)
        assert [source for source, _ in report.failed] == ["bad"]
        assert qa.ask("How long did the rail strike last?").status == "answered"
        assert qa.index(documents=[]).removed == ("empty", "good")


@pytest.mark.parametrize(
    ("documents", "name", "message"),
    [
        (["a text"], "main", "Give LlamaIndex Documents"),
        ([TextNode(text="a part")], "main", "before they are split"),
        ([], "main", "No documents were given"),
        ([Document(text=RAIL)], "../x", "cannot name documents"),
    ],
)
def test_what_are_no_documents_is_said(tmp_path: Path, documents: list[Any], name: str, message: str) -> None:
    with QAPlugin(store=tmp_path / "store") as qa, pytest.raises(ArticlesError, match=message):
        qa.index(documents=documents, name=name)


def test_offsets_count_in_the_text_that_was_given() -> None:
    (given,) = given_documents([Document(text="\ufeffone\r\ntwo", id_="a")])
    assert given.text == "\ufeffone\r\ntwo"


# ---------------------------------------------------------------- models in


def test_its_models_are_taken(tmp_path: Path) -> None:
    quote = "The rail strike ended after 12 days"
    claim = {"text": "It lasted 12 days.", "quotes": [{"passage": 2, "quote": quote}]}
    reply = {"status": "answered", "claims": [claim], "positions": [], "history": []}
    llm = saying(json.dumps(reply))
    embedding = MockEmbedding(embed_dim=8)
    with QAPlugin(store=tmp_path / "store", llm=llm, embed_model=embedding) as qa:
        qa.index(documents=[Document(text=RAIL, id_="rail")])
        response = qa.as_query_engine().query("How long did the rail strike last?")
        assert isinstance(response, Response)
        assert (str(response), response.metadata["mode"]) == ("It lasted 12 days. [1]", "llm")  # type: ignore[index]
        assert response.source_nodes[0].get_content() == quote
    # A model that says nothing of use costs nothing but the attempt.
    with QAPlugin(store=tmp_path / "store", llm=MockLLM(max_tokens=5), embed_model=embedding) as qa:
        answer = qa.ask("How long did the rail strike last?")
        assert (answer.mode, answer.status) == ("extractive", "answered")


# ---------------------------------------------------------------- retriever


def test_the_retriever_gives_nodes_with_their_places(qa: QAPlugin) -> None:
    retriever = qa.as_retriever(similarity_top_k=3)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.retrieve(QUESTION)
    assert {hit.node.metadata["source"] for hit in found} == {"rio.pt.txt", "wire/nil.ar.txt"}, (
        "the rest shares nothing"
    )
    assert len(qa.as_retriever(similarity_top_k=1).retrieve(QUESTION)) == 1
    for hit in found:
        node = hit.node
        assert isinstance(node, TextNode)
        text = FILES[node.metadata["source"]]
        assert text[node.start_char_idx : node.end_char_idx] == node.get_content()
        assert node.ref_doc_id == node.metadata["source"]
        assert node.relationships[NodeRelationship.SOURCE].metadata["language"] in {"pt", "ar"}  # type: ignore[union-attr]
        assert "best_start" not in node.get_content("llm")  # type: ignore[arg-type]
    again = asyncio.run(retriever.aretrieve(QUESTION))
    assert [hit.node.node_id for hit in again] == [hit.node.node_id for hit in found]
    assert [TextNode.from_dict(hit.node.to_dict()) for hit in found] == [hit.node for hit in found]
    assert qa.as_retriever().retrieve("xylophone quartet") == []
    in_arabic = qa.as_retriever(scope=Scope(language="ar")).retrieve(QUESTION)
    assert [hit.node.metadata["source"] for hit in in_arabic] == ["wire/nil.ar.txt"]


def test_the_retriever_serves_its_engines_and_its_evaluator(qa: QAPlugin) -> None:
    retriever = qa.as_retriever(similarity_top_k=3)
    engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())
    response = engine.query(QUESTION)
    assert {node.metadata["source"] for node in response.source_nodes} >= {"rio.pt.txt", "wire/nil.ar.txt"}
    metrics = ["hit_rate", "mrr", "precision", "recall", "ap", "ndcg"]
    judge = RetrieverEvaluator.from_metric_names(metrics, retriever=retriever)
    first = retriever.retrieve(QUESTION)[0].node.node_id
    figures = judge.evaluate(QUESTION, expected_ids=[first]).metric_vals_dict
    assert set(figures) == set(metrics)
    assert (figures["hit_rate"], figures["mrr"]) == (1.0, 1.0)


# ---------------------------------------------------------------- query engine


def test_a_response_is_the_answer_with_its_quotes_as_nodes(qa: QAPlugin) -> None:
    engine = qa.as_query_engine()
    assert isinstance(engine, BaseQueryEngine)
    answer = qa.ask(QUESTION)
    for response in (engine.query(QUESTION), asyncio.run(engine.aquery(QUESTION))):
        assert isinstance(response, Response)
        assert str(response) == answer.text
        assert response.metadata is not None
        same = answer.to_dict() | {"timings_ms": response.metadata["timings_ms"]}
        assert response.metadata == same
        json.dumps(response.metadata)
        assert [node.get_content() for node in response.source_nodes] == [c.quote for c in answer.citations]
        for node, citation in zip(response.source_nodes, answer.citations, strict=True):
            assert (node.metadata["source"], node.metadata["citation"]) == (citation.source, citation.id)
            assert node.score is not None
    nothing = engine.query("Who won the chess olympiad?")
    assert nothing.metadata is not None
    assert (nothing.metadata["status"], nothing.source_nodes) == ("not_in_sources", [])
    assert str(nothing) == qa.ask("Who won the chess olympiad?").text


def test_a_response_comes_in_pieces_where_asked(tmp_path: Path) -> None:
    with QAPlugin(store=tmp_path / "store") as plugin:
        plugin.index(documents=[Document(text=text, id_=name) for name, text in DISPUTED.items()])
        _comes_in_pieces(plugin)


def _comes_in_pieces(qa: QAPlugin) -> None:
    engine = qa.as_query_engine(streaming=True)
    answer = qa.ask(DISPUTE)
    response = engine.query(DISPUTE)
    assert isinstance(response, StreamingResponse)
    pieces = list(response.response_gen)
    assert len(pieces) == len(answer.claims) > 1
    assert "".join(pieces) == answer.text
    assert len(response.source_nodes) == len(answer.citations)
    assert response.metadata is not None
    assert response.metadata["status"] == "conflicting"

    async def gathered() -> tuple[str, int]:
        response = await engine.aquery(DISPUTE)
        assert isinstance(response, AsyncStreamingResponse)
        text = "".join([piece async for piece in response.async_response_gen()])
        return text, len(response.source_nodes)

    assert asyncio.run(gathered()) == (answer.text, len(answer.citations))
    assert str(engine.query("Who won the chess olympiad?")) == qa.ask("Who won the chess olympiad?").text


def test_the_engine_is_chosen_by_its_router(qa: QAPlugin) -> None:
    other = QueryEngineTool.from_defaults(
        RetrieverQueryEngine.from_args(qa.as_retriever(), llm=MockLLM()),
        name="other",
        description="Useful for cooking.",
    )
    choice = "```json\n" + json.dumps([{"choice": 2, "reason": "It is about news."}]) + "\n```"
    router = RouterQueryEngine(
        selector=LLMSingleSelector.from_defaults(llm=saying(choice)),
        query_engine_tools=[other, qa.as_tool()],
        llm=MockLLM(),
    )
    assert str(router.query(QUESTION)).startswith("41 [1]")


# ---------------------------------------------------------------- tools and agents


VENDORS_OWN = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Agents look at all attributes of themselves, deprecated ones too."""


def calling(calls: Sequence[tuple[str, dict[str, Any]]], then: Callable[[str], str]) -> MockFunctionCallingLLM:
    """A model that calls these tools, one at a turn, and at last says something about the last result."""
    left = list(calls)

    def reply(messages: Sequence[ChatMessage], **kwargs: Any) -> ChatMessage:
        if not left:
            return ChatMessage(role="assistant", content=then(str(messages[-1].content)))
        name, arguments = left.pop(0)
        block = ToolCallBlock(tool_call_id=f"call-{len(left)}", tool_name=name, tool_kwargs=arguments)
        return ChatMessage(role="assistant", blocks=[block])

    return MockFunctionCallingLLM(response_generator=reply, is_chat_model=True)


def test_the_tools_have_the_schemas_and_results_of_every_door(qa: QAPlugin) -> None:
    tools = {tool.metadata.name: tool for tool in QAPluginToolSpec(qa).to_tool_list()}
    for schema in qa.tool_schemas():
        name = schema["function"]["name"]
        theirs = tools[name].metadata.to_openai_tool(skip_length_check=True)["function"]
        assert theirs["description"] == schema["function"]["description"]
        assert set(theirs["parameters"]["properties"]) == set(schema["function"]["parameters"]["properties"])
    assert json.loads(tools["ask"].call(question=QUESTION).content) == qa.call_tool("ask", {"question": QUESTION})
    page = asyncio.run(tools["search_articles"].acall(language="en")).content
    assert json.loads(page) == qa.call_tool("search_articles", {"language": "en"})
    for hit in json.loads(tools["search"].call(query="flood").content)["results"]:
        assert json.loads(tools["fetch"].call(id=hit["id"]).content)["text"] == FILES[hit["id"]]


def test_one_tool_gives_the_answer_with_its_quotes(qa: QAPlugin) -> None:
    tool = qa.as_tool(name="news", scope=Scope(language="pt"))
    assert (tool.metadata.name, len(tool.metadata.description) > 100) == ("news", True)
    said = tool.call(input=QUESTION)
    assert said.content.startswith("41 ")
    assert "A cheia deixou 41 mortos, segundo os bombeiros." in said.content
    assert "rio.pt.txt" in said.content
    # Where the text goes from here the plugin cannot know.
    assert "this machine" not in said.content
    assert said.raw_output.metadata["citations"][0]["source"] == "rio.pt.txt"


@VENDORS_OWN
def test_an_agent_that_calls_functions_asks_and_reads(qa: QAPlugin) -> None:
    calls = [
        ("search", {"query": "flood deaths"}),
        ("fetch", {"id": "nowhere.txt"}),
        ("ask", {"question": QUESTION, "language": "pt"}),
    ]
    llm = calling(calls, lambda result: "Answer: " + json.loads(result)["citations"][0]["quote"])
    agent = FunctionAgent(tools=list(QAPluginToolSpec(qa).to_tool_list()), llm=llm, streaming=False)

    async def run() -> Any:
        return await agent.run(QUESTION)

    output = asyncio.run(run())
    assert str(output) == "Answer: A cheia deixou 41 mortos, segundo os bombeiros."
    searched, missed, asked = output.tool_calls
    assert {hit["id"] for hit in json.loads(searched.tool_output.content)["results"]} >= {"rio.pt.txt"}
    # What a call got wrong reaches the model, with what to do.
    assert missed.tool_output.is_error
    assert "call search or search_articles for ids" in missed.tool_output.content
    assert not asked.tool_output.is_error


@VENDORS_OWN
def test_agents_in_a_workflow_share_the_tool(qa: QAPlugin) -> None:
    llm = calling([("news", {"input": QUESTION})], lambda result: result.split("\n")[0])
    tool = qa.as_tool(name="news")
    agent = FunctionAgent(name="reader", description="Reads news.", tools=[tool], llm=llm, streaming=False)

    async def run() -> Any:
        return await AgentWorkflow(agents=[agent], root_agent="reader").run(user_msg=QUESTION)

    assert str(asyncio.run(run())) == qa.ask(QUESTION).text


@VENDORS_OWN
def test_an_agent_that_reasons_in_words_uses_it(qa: QAPlugin) -> None:
    llm = saying(
        f'Thought: I need the news.\nAction: news\nAction Input: {{"input": "{QUESTION}"}}',
        "Thought: I can answer without using any more tools.\nAnswer: 41 people.",
    )
    agent = ReActAgent(tools=[qa.as_tool(name="news")], llm=llm, streaming=False)

    async def run() -> Any:
        return await agent.run(QUESTION)

    output = asyncio.run(run())
    assert str(output) == "41 people."
    assert output.tool_calls[0].tool_output.content.startswith("41 [1]")


def test_a_function_tool_of_theirs_takes_the_plugins_own_function(qa: QAPlugin) -> None:
    tool = FunctionTool.from_defaults(fn=lambda question: qa.ask(question).text, name="ask", description="Ask.")
    assert tool.call(question=QUESTION).content == qa.ask(QUESTION).text


# ---------------------------------------------------------------- embedding


def test_the_built_in_embedding_is_one_of_theirs(qa: QAPlugin) -> None:
    embedding = BuiltInEmbedding()
    vector = embedding.get_query_embedding("How many died in the flood?")
    assert pickle.loads(pickle.dumps(embedding)).get_query_embedding("How many died in the flood?") == vector  # noqa: S301
    assert BuiltInEmbedding.from_dict(embedding.to_dict()).get_query_embedding("How many died in the flood?") == vector
    assert vector == pytest.approx(qa.embedder.embed_query("How many died in the flood?").tolist())
    nodes = [TextNode(text=text, id_=name) for name, text in FILES.items()]
    index = VectorStoreIndex(nodes, embed_model=embedding)
    found = index.as_retriever(similarity_top_k=2).retrieve("How many died in the flood?")
    assert {hit.node.node_id for hit in found} == {"rio.pt.txt", "wire/nil.ar.txt"}
    (node, *_) = asyncio.run(IngestionPipeline(transformations=[embedding]).arun(nodes=nodes))
    assert node.embedding == pytest.approx(embedding.get_text_embedding(RIO))


def test_the_built_in_embedding_given_back_is_the_built_in_embedder(tmp_path: Path) -> None:
    with QAPlugin(store=tmp_path / "store", embed_model=BuiltInEmbedding()) as qa:
        qa.index(documents=[Document(text=RAIL, id_="rail")])
        assert (qa.embedder.name, qa.embedder.costs) == ("built-in", False)
    with QAPlugin(store=tmp_path / "store") as qa:
        assert qa.ask("How long did the rail strike last?").status == "answered"
        assert qa.notices == []


def test_nothing_of_llama_index_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from qa_plugin import QAPlugin; import qa_plugin.plugin; QAPlugin(); "
        "print([m for m in sys.modules if m.startswith('llama_index')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
