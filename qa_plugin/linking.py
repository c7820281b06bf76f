"""Copies and translations among the files of the index: found once, when a file comes; read at every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from qa_plugin.copies import COPY, TRANSLATION, VERSION
from qa_plugin.copies.groups import NONE, Groups, Union, group
from qa_plugin.copies.likeness import is_copy
from qa_plugin.copies.outline import Outline, outline
from qa_plugin.copies.quotes import alike, same_sentence
from qa_plugin.copies.signature import algorithm, candidates, matrix, signature
from qa_plugin.copies.translation import is_translation
from qa_plugin.errors import StoreError
from qa_plugin.records import Draft, DraftClaim, Evidence, Scope, SourceInfo
from qa_plugin.store import Store
from qa_plugin.store.links import Link

_OUTLINES_KEPT = 512
_MOST_COMPARED, _MOST_TRANSLATIONS = 24, 8
"""How many other articles one is compared with, the likeliest first."""
_TERMS_ASKED, _SHARED = 24, 2
"""Names and numbers by which a translation is looked for, and how many must meet."""
_COPIES_READ = 16
"""The earliest copies of a group, in which a quote is looked for."""
_REWORDED = 0.5
"""Share of their words that two quotes from copies have in common when the second says nothing new."""
_PASSAGES, _REPORTS = 500, 12
"""In how many passages such a name or number may stand, and in how many reports, however often those were copied."""


def link(store: Store) -> None:
    """Compare the files that came since the last time; safe to interrupt and to repeat."""
    links = store.links
    links.prepare(f"{VERSION} {algorithm()}")
    outline_of = lru_cache(maxsize=_OUTLINES_KEPT)(
        lambda file_id: outline(store.source(file_id), store.chunks_of_file(file_id))
    )
    unsigned = links.unsigned()
    for at in range(0, len(unsigned), _OUTLINES_KEPT):
        links.sign([(file_id, signature(outline_of(file_id))) for file_id in unsigned[at : at + _OUTLINES_KEPT]])
    asked = links.open_files()
    if not asked:
        return
    known = links.all()
    copies = Union((one, other) for one, other, kind in known if kind == COPY)
    reports = Union((one, other) for one, other, _ in known)
    found = _copies(store, asked, outline_of, copies)
    for one, other, _ in found:
        reports.join(one, other)
    for file_id in asked:
        found += _translations(store, outline_of(file_id), outline_of, reports)
    links.settle(asked, found)


def _copies(store: Store, asked: Sequence[int], outline_of: Callable[[int], Outline], copies: Union) -> list[Link]:
    signed = [(file_id, value) for file_id, value in store.links.signatures() if value]
    if not signed:
        return []
    ids = [file_id for file_id, _ in signed]
    wanted = set(asked)
    places = [at for at, file_id in enumerate(ids) if file_id in wanted]
    found: list[Link] = []
    for at, others in candidates(matrix([value for _, value in signed]), places).items():
        compared = 0
        for other in others:
            one, two = ids[at], ids[other]
            if copies.first_of(one) == copies.first_of(two):
                continue
            if compared == _MOST_COMPARED:
                break
            compared += 1
            if is_copy(outline_of(one), outline_of(two)):
                copies.join(one, two)
                found.append(Link(one, two, COPY))
    return found


def _translations(store: Store, article: Outline, outline_of: Callable[[int], Outline], reports: Union) -> list[Link]:
    """Links to articles in other languages that share rare names and numbers with this one."""
    rarest = [sorted(keys, key=lambda key: (-len(key), key)) for keys in (article.values, article.names)]
    shared: Counter[int] = Counter()
    postings = store.postings()
    for key in (rarest[0] + rarest[1])[:_TERMS_ASKED]:
        places = postings.of(key)
        if len(places) <= _PASSAGES:
            holders = set(postings.file_ids[postings.file_of[places]].tolist())
            if len(holders) <= _REPORTS or len(set(map(reports.first_of, holders))) <= _REPORTS:
                shared.update(holders)
    likeliest = sorted((-count, other) for other, count in shared.items() if count >= _SHARED)
    found: list[Link] = []
    compared = 0
    for _, other in likeliest:
        if reports.first_of(other) == reports.first_of(article.file_id):
            continue
        candidate = outline_of(other)
        if candidate.language == article.language:
            continue
        if compared == _MOST_TRANSLATIONS:
            break
        compared += 1
        if is_translation(article, candidate):
            reports.join(article.file_id, other)
            found.append(Link(article.file_id, other, TRANSLATION))
    return found


# ---------------------------------------------------------------- at a question


def groups_in(store: Store, scope: Scope) -> Groups:
    """The groups of files in a scope, the earliest dated file of each first; without dates the first by path."""
    return store.links.kept(scope, lambda: _groups(store, scope))


def _groups(store: Store, scope: Scope) -> Groups:
    listed = store.links.all()
    if not listed:
        return NONE
    allowed = store.files_in(scope)
    inside = None if allowed is None else set(allowed)
    order = store.links.order({file_id for one, other, _ in listed for file_id in (one, other)})
    return group(listed, order.__getitem__, lambda file_id: file_id in order and (inside is None or file_id in inside))


def with_copies(infos: Sequence[SourceInfo], groups: Groups, name_of: Callable[[SourceInfo], str]) -> list[SourceInfo]:
    """Files with the names of their copies and translations."""
    names = {info.file_id: name_of(info) for info in infos}

    def named(file_ids: Iterable[int], own: int) -> tuple[str, ...]:
        return tuple(names[file_id] for file_id in file_ids if file_id != own and file_id in names)

    return [
        replace(
            info,
            copies=named(groups.copies_of(info.file_id), info.file_id),
            translations=named(groups.translations_of(info.file_id), info.file_id),
        )
        for info in infos
    ]


def earliest_cited(draft: Draft, groups: Groups, store: Store, check: Callable[[Draft], Draft]) -> Draft:
    """The checked draft with each quote taken from the earliest copy that has it, where the claims still hold there."""
    checked = check(draft)
    try:
        moved = _moved(checked, groups, store)
    except StoreError:  # a writer took a copy out meanwhile
        return checked
    if moved == checked:
        return checked
    again = check(moved)
    return again if len(again.dropped) == len(checked.dropped) else checked


def copies_behind(draft: Draft, groups: Groups, store: Store) -> dict[int, tuple[SourceInfo, ...]]:
    """By file that the draft rests on, its copies."""
    found: dict[int, tuple[SourceInfo, ...]] = {}
    for claim in (*draft.claims, *draft.conflicting, *draft.history):
        for evidence in claim.evidence:
            own = evidence.file_id
            with suppress(StoreError):
                found[own] = tuple(store.source(copy) for copy in groups.copies_of(own) if copy != own)
    return found


def _moved(draft: Draft, groups: Groups, store: Store) -> Draft:
    def place(evidence: Evidence) -> Evidence:
        copies = groups.copies_of(evidence.file_id)
        for file_id in copies[: min(copies.index(evidence.file_id), _COPIES_READ)]:
            text, sentences = store.readable(file_id), [s for c in store.chunks_of_file(file_id) for s in c.sentences]
            if span := same_sentence(quote_of(evidence), text, sentences):
                return Evidence(file_id, span.start, span.end)
        return evidence

    def quote_of(evidence: Evidence) -> str:
        return store.readable(evidence.file_id)[evidence.start : evidence.end]

    def once(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Without what an earlier copy has said in other words."""
        kept: list[Evidence] = []
        for one in sorted(evidence, key=lambda e: groups.copies_of(e.file_id).index(e.file_id)):
            others = [o for o in kept if o.file_id != one.file_id and o.file_id in groups.copies_of(one.file_id)]
            if not any(alike(quote_of(one), quote_of(other)) >= _REWORDED for other in others):
                kept.append(one)
        return tuple(e for e in evidence if e in kept)

    def claims(listed: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
        return tuple(
            replace(claim, evidence=once(tuple(dict.fromkeys(map(place, claim.evidence))))) for claim in listed
        )

    return replace(
        draft, claims=claims(draft.claims), conflicting=claims(draft.conflicting), history=claims(draft.history)
    )
