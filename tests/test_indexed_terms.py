"""A sentence of the index has the search terms that are found in it."""

from __future__ import annotations

from pathlib import Path

from eval.ranking import indexed_plugin
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.terms import keys
from qa_plugin.records import Scope

ARTICLES = Path(__file__).parent.parent / "eval" / "articles"


def test_the_terms_of_the_index_are_those_of_its_sentences(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in sorted(ARTICLES.iterdir())[::6]:
        (folder / path.name).write_bytes(path.read_bytes())
    compared = 0
    with indexed_plugin(folder, tmp_path / "store") as plugin:
        store = plugin.opened()
        infos = {info.file_id: info for info in store.sources(Scope())}
        for chunk in store.chunks([int(one) for one in store.postings().chunk_ids]):
            language = infos[chunk.file_id].language
            for span, line in zip(chunk.sentences, chunk.terms, strict=True):
                text = chunk.text[span.start - chunk.start : span.end - chunk.start]
                served = read_sentence(chunk.file_id, span, text, language, 0.0, line)
                assert served.keys == set(keys(text, language)), text
                assert served.keys == {term.key for term in served.terms}
                compared += 1
    assert compared > 150
