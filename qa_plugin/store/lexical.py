"""BM25 over the terms of the chunks, by SQLite's full-text index."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa_plugin.store.catalogue import Catalogue

_TERMS_AT_MOST = 400  # SQLite joins at most 500 selects
_SMALLEST_IDF = 1e-6  # what FTS5 takes where its own formula gives less


def document_frequencies(catalogue: Catalogue, terms: Iterable[str]) -> dict[str, int]:
    """In how many chunks each term occurs; 0 for those that do not."""
    wanted = list(dict.fromkeys(terms))
    found = catalogue.rows(
        "SELECT term, doc FROM chunk_vocabulary WHERE term IN (SELECT value FROM json_each(?))",
        (json.dumps([term.lower() for term in wanted]),),
    )
    counts = {term: int(count) for term, count in found}
    return {term: counts.get(term.lower(), 0) for term in wanted}


def lexical(
    catalogue: Catalogue, terms: Mapping[str, float] | Sequence[str], limit: int, allowed: list[int] | None
) -> list[tuple[int, float]]:
    """The chunks with the highest sum of weight x BM25 over the terms, best first.

    FTS5 counts a term that stands in half of the chunks or more as nothing, which in a small index takes the
    subject of every question away. The logarithm is therefore exchanged for one that stays above zero.
    """
    weights = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
    frequencies = document_frequencies(catalogue, weights)
    total = int(catalogue.rows("SELECT count(*) FROM chunks")[0][0])
    factors = {
        term: weights[term] * _idf(total, count) / _idf_of_fts5(total, count)
        for term, count in frequencies.items()
        if count and weights[term] > 0
    }
    if not factors or limit < 1:
        return []
    strongest = sorted(factors, key=lambda term: (-weights[term] * _idf(total, frequencies[term]), term))
    return _ranked(catalogue, {term: factors[term] for term in strongest[:_TERMS_AT_MOST]}, limit, allowed)


def _idf(total: int, count: int) -> float:
    return math.log1p((total - count + 0.5) / (count + 0.5))


def _idf_of_fts5(total: int, count: int) -> float:
    value = math.log((total - count + 0.5) / (count + 0.5))
    return value if value > 0 else _SMALLEST_IDF


def _ranked(
    catalogue: Catalogue, factors: Mapping[str, float], limit: int, allowed: list[int] | None
) -> list[tuple[int, float]]:
    selects = " UNION ALL ".join(
        "SELECT * FROM (SELECT rowid, -bm25(chunk_terms) * ? FROM chunk_terms WHERE chunk_terms MATCH ?)"
        for _ in factors
    )
    values: list[Any] = []
    for term, factor in factors.items():
        values += [factor, _quoted(term)]
    scope = ""
    if allowed is not None:
        scope = "WHERE id IN (SELECT id FROM chunks WHERE file_id IN (SELECT value FROM json_each(?)))"
        values.append(json.dumps(allowed))
    found = catalogue.rows(
        f"WITH hits (id, score) AS MATERIALIZED ({selects}) "  # noqa: S608 - fixed parts, values are bound
        f"SELECT id, sum(score) AS total FROM hits {scope} GROUP BY id ORDER BY total DESC, id LIMIT ?",
        [*values, limit],
    )
    return [(int(chunk_id), float(score)) for chunk_id, score in found]


def _quoted(term: str) -> str:
    """A term as an FTS5 string, in which only the quotation mark means something."""
    return '"' + term.replace('"', '""').replace("\0", " ") + '"'
