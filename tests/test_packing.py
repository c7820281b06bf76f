from __future__ import annotations

from dataclasses import replace

import pytest

from qa_plugin.answering.packing import Packed, pack
from qa_plugin.copies.groups import NONE, Groups
from qa_plugin.language.sentences import split_sentences
from qa_plugin.records import Hit, SourceInfo, Span, StoredChunk

AROUND = 10
"""Words that a heading counts; a passage of the same file again counts three."""


class Folder:
    """Files of sentences, cut into chunks of three."""

    def __init__(self, *texts: str) -> None:
        self.texts = dict(enumerate(texts))

    def hit(self, file_id: int, ordinal: int, best: int, *, language: str = "en") -> Hit:
        text = self.texts[file_id]
        spans = list(split_sentences(text, Span(0, len(text)), "en"))[3 * ordinal : 3 * ordinal + 3]
        terms = tuple(" ".join(_term(word) for word in text[s.start : s.end].split()) for s in spans)
        scores = tuple(1.0 - 0.2 * abs(at - best) for at in range(len(spans)))
        start, end = spans[0].start, spans[-1].end
        own = text[start:end]
        chunk = StoredChunk(100 * file_id + ordinal, file_id, ordinal, start, end, own, tuple(spans), terms)
        info = SourceInfo(file_id, "/r", f"{file_id}.txt", language, None, None, (), len(text), 1)
        return Hit(chunk, info, 1.0, spans[best], scores)

    def pack(self, hits: list[Hit], budget: int, groups: Groups = NONE) -> list[Packed]:
        return pack(hits, groups, budget=budget, text_of=self.texts.__getitem__, count=_words, cost=_cost)


def _term(word: str) -> str:
    return ("v" if word.strip(".").isdigit() else "s") + word.strip(".").lower()


def _words(text: str) -> int:
    return len(text.split())


def _cost(packed: Packed) -> int:
    return _words(packed.text) + (3 if packed.same_as else AROUND)


def story(name: str, sentences: int = 6) -> str:
    return " ".join(f"{name} sentence {at} {name}b {name}c {name}d {name}e {name}f alone." for at in range(sentences))


def test_what_is_sent_fits_the_budget_and_is_whole_sentences() -> None:
    folder = Folder(*(story(name) for name in ("Ana", "Bea", "Cid", "Dora", "Eva")))
    hits = [folder.hit(file_id, ordinal, 1) for ordinal in (0, 1) for file_id in folder.texts]
    for budget in (40, 90, 150, 400):
        sent = folder.pack(hits, budget)
        assert sum(map(_cost, sent)) <= budget
        for packed in sent:
            assert folder.texts[packed.info.file_id][packed.start : packed.end] == packed.text
            assert packed.text.split()[1] == "sentence"
            assert packed.text.endswith("alone.")


def test_one_passage_there_is_however_small_the_budget() -> None:
    folder = Folder(story("Ana"))
    (packed,) = folder.pack([folder.hit(0, 0, 1)], 1)
    assert packed.text == "Ana sentence 1 Anab Anac Anad Anae Anaf alone."


def test_no_hits_are_no_passages() -> None:
    assert Folder().pack([], 100) == []


def test_neighbours_are_joined_and_a_gap_parts() -> None:
    folder = Folder(story("Ana", 9))
    (joined,) = folder.pack([folder.hit(0, 1, 0), folder.hit(0, 0, 2)], 1_000)
    assert joined.text == " ".join(folder.texts[0].split(" ")[: 6 * 9])
    assert set(joined.chunk_ids) == {0, 1}
    first, second = folder.pack([folder.hit(0, 2, 0), folder.hit(0, 0, 0)], 1_000)
    assert (first.same_as, second.same_as) == (0, 1)
    assert first.start > second.end


def test_every_report_has_its_best_sentence_sent_before_any_has_all() -> None:
    folder = Folder(*(story(name, 9) for name in "ABCDEFGHIJ"))
    hits = [folder.hit(at, ordinal, 1) for ordinal in (0, 1) for at in range(10)]
    sent = folder.pack(hits, 300)
    assert len({packed.info.file_id for packed in sent}) > 7
    assert [packed.info.file_id for packed in sent] == sorted(packed.info.file_id for packed in sent)


def test_a_sentence_that_was_sent_from_another_file_gives_way() -> None:
    same = "The yard repaired 41 boats this year."
    folder = Folder(same, f"{same} And more followed later there.", "Another matter is told in this file here.")
    hits = [folder.hit(0, 0, 0), folder.hit(1, 0, 0), folder.hit(2, 0, 0)]
    assert [p.info.file_id for p in folder.pack(hits, 45)] == [0, 2]
    other = Folder(same, same.replace("41", "38"))
    assert len(other.pack([other.hit(0, 0, 0), other.hit(1, 0, 0)], 45)) == 2


@pytest.mark.parametrize("reports", [{}, {0: (0, 1), 1: (0, 1)}])
def test_a_translation_of_what_is_sent_is_not_sent_and_is_counted(reports: dict[int, tuple[int, ...]]) -> None:
    folder = Folder("cyard crepaired 41 cboats nvalmar this year.", "cyard consertou 41 cboats nvalmar este ano.")
    hits = []
    for at, language in ((0, "en"), (1, "pt")):
        hit = folder.hit(at, 0, 0, language=language)
        terms = (" ".join(word if word[0] in "cn" else _term(word) for word in hit.chunk.text.split()),)
        hits.append(_with_terms(hit, terms))
    sent = folder.pack(hits, 200, Groups({}, reports))
    assert len(sent) == (1 if reports else 2)
    assert sent[0].others == (1 if reports else 0)


def _with_terms(hit: Hit, terms: tuple[str, ...]) -> Hit:
    return replace(hit, chunk=replace(hit.chunk, terms=terms))
