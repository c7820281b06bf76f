"""What was answered, asked about: who states it, and where it is written; read from the cited files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa_plugin.answering.wording import sentence_claim
from qa_plugin.evidence.candidates import attribution_of
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.attribution import speaker_before
from qa_plugin.language.folding import cleaned, fold, fold_text
from qa_plugin.language.markup import without_markup
from qa_plugin.language.quantities import NO_QUANTITY, Quantity, quantities_of
from qa_plugin.language.questions import Question
from qa_plugin.language.sentences import split_sentences
from qa_plugin.records import Answer, Citation, Draft, DraftClaim, Evidence, SourceInfo, Span

_SPEAKERS = 3
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Files:
    """The files that an answer may have cited."""

    infos: Sequence[SourceInfo]
    text_of: Callable[[int], str]

    def of(self, citation: Citation) -> SourceInfo | None:
        """The file of a citation: by the name that answers give it, and by its words."""
        for info in self.infos:
            folder = Path(info.root).name
            names = {info.source, f"{folder}/{info.source}", f"{info.root}/{info.source}"}
            if citation.source in names and self.text_of(info.file_id)[citation.start : citation.end] == citation.quote:
                return info
        return None


def speakers(last: Answer, asked: Question, files: Files) -> Draft:
    """Who states what an answer says, with the sentence that names them; `asked` is the question it answered."""
    question = replace(asked, according=())  # one that the question named is named again
    claims: dict[str, DraftClaim] = {}
    for text, citation in _claimed(last):
        info = files.of(citation)
        found = _speaker(text, citation, info, question, files) if info is not None else None
        if found is not None:
            claims.setdefault(fold_text(found.text), found)
    told = tuple(claims.values())[:_SPEAKERS]
    return Draft("answered", told, confidence=_SURE) if told else Draft("not_in_sources")


def again(last: Answer, files: Files) -> Draft:
    """What an answer cites, each quote a claim of its own."""
    found = dict.fromkeys(citation for _, citation in _claimed(last))
    claims: list[DraftClaim] = []
    for citation in found:
        info = files.of(citation)
        if info is not None:
            span = Span(citation.start, citation.end)
            claims.append(
                sentence_claim(read_sentence(info.file_id, span, without_markup(citation.quote), info.language, 0.0))
            )
    return Draft("answered", tuple(claims), confidence=last.confidence) if claims else Draft("not_in_sources")


def _claimed(answer: Answer) -> Iterator[tuple[str, Citation]]:
    """What an answer states, each with what it cites."""
    cited = {citation.id: citation for citation in answer.citations}
    stated = [(position.statement, position.citations) for c in answer.conflicts for position in c.positions]
    for text, ids in stated or [(claim.text, claim.citations) for claim in answer.claims]:
        yield from ((text, cited[i]) for i in ids if i in cited)


def _speaker(text: str, citation: Citation, info: SourceInfo, question: Question, files: Files) -> DraftClaim | None:
    sentences = _around(without_markup(files.text_of(info.file_id)), citation, info)
    at = next((n for n, s in enumerate(sentences) if s.span.start <= citation.start < s.span.end), None)
    if at is None:
        return None
    sentence = sentences[at]
    own = Evidence(info.file_id, *sentence.span)
    named = attribution_of(sentence, question, _place(text, question.language, sentence), denial=True)
    if named is not None:
        return DraftClaim(cleaned(named), (own,), attributed_to=cleaned(named))
    before = speaker_before([s.folded for s in sentences], at, info.language)
    if before is not None:
        place, found = before
        other = sentences[place]
        start, end = other.folded.span(found.start, found.end)
        name = cleaned(other.text[start:end]).strip()
        return DraftClaim(name, (Evidence(info.file_id, *other.span), own), attributed_to=name)
    if info.credits:
        return DraftClaim(cleaned(info.credits[0]), (own,), attributed_to=cleaned(info.credits[0]))
    return None


def _around(text: str, citation: Citation, info: SourceInfo) -> list[Sentence]:
    """The sentences of the paragraph that a quote begins in."""
    start = text.rfind("\n", 0, citation.start) + 1
    stop = text.find("\n", citation.start)
    paragraph = Span(start, len(text) if stop < 0 else stop)
    spans = split_sentences(text, paragraph, info.language)
    return [read_sentence(info.file_id, s, text[s.start : s.end], info.language, 0.0) for s in spans]


def _place(claim: str, language: str, sentence: Sentence) -> int:
    """Where in the folded sentence stands what was claimed: its number, its words, or else the beginning."""
    stated = {q.value for q in _counted(quantities_of(fold(claim), language))}
    for quantity in _counted(sentence.quantities):
        if quantity.value in stated:
            return quantity.number_start
    return max(sentence.folded.text.find(fold_text(claim)), 0)


def _counted(found: Iterable[Quantity]) -> list[Quantity]:
    return [quantity for quantity in found if quantity.kind not in NO_QUANTITY]
