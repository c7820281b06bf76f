"""What goes into the functions and what comes out: the schemas that assistants see are made of these.

Descriptions are written for the language model that reads them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Annotated[
    str | None, Field(description="Only sources in this language: ISO 639-1 code such as pt, fr, ar, fa, en.")
]
Source = Annotated[str | None, Field(description="Only files whose path fits this pattern, such as agency/*.")]
DateFrom = Annotated[str | None, Field(description="Only sources published from then on: 2024, 2024-03 or 2024-03-15.")]
DateTo = Annotated[
    str | None, Field(description="Only sources published up to then, that day, month or year included.")
]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# ---------------------------------------------------------------- arguments


class SearchArguments(_Record):
    """Arguments of `search`."""

    query: Annotated[str, Field(description="What to look for, in any of the languages.")]


class FetchArguments(_Record):
    """Arguments of `fetch`."""

    id: Annotated[str, Field(description="The id of an article, as search, search_articles and ask give it.")]


class AskArguments(_Record):
    """Arguments of `ask`."""

    question: Annotated[str, Field(description="A whole question that stands by itself, in any of the languages.")]
    language: Language = None
    source: Source = None
    date_from: DateFrom = None
    date_to: DateTo = None


class SearchArticlesArguments(_Record):
    """Arguments of `search_articles`."""

    query: Annotated[
        str | None, Field(description="What to look for; without it all articles are listed, the newest first.")
    ] = None
    language: Language = None
    source: Source = None
    date_from: DateFrom = None
    date_to: DateTo = None
    limit: Annotated[int, Field(ge=1, le=50, description="At most so many articles, 1 to 50.")] = 10
    cursor: Annotated[
        str | None, Field(description="next_cursor of the page before, with otherwise the same arguments.")
    ] = None


# ---------------------------------------------------------------- results


class FoundArticle(_Record):
    """An article that a search found."""

    id: str
    title: str
    url: str


class SearchResults(_Record):
    """Articles, best first."""

    results: list[FoundArticle]


class Document(_Record):
    """An article, whole."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


class Passage(_Record):
    """A part of an article; start and end count code points in its file."""

    text: str
    start: int
    end: int


class ListedArticle(_Record):
    """An article with what it says of itself, and the passages that fit the query."""

    id: str
    title: str
    url: str
    language: Annotated[str, Field(description="ISO 639-1 code, or und where it is not clear.")]
    published: Annotated[str | None, Field(description="ISO date, where the article gives one.")]
    passages: list[Passage]


class ArticlePage(_Record):
    """A page of articles."""

    articles: list[ListedArticle]
    total: Annotated[int, Field(description="How many articles there are on all pages.")]
    next_cursor: Annotated[str | None, Field(description="Give it as cursor for the next page; null on the last.")]


class AnswerClaim(_Record):
    """A checked statement of the answer."""

    text: str
    citations: Annotated[list[int], Field(description="Ids of the citations that carry it.")]
    verified: bool


class Quote(_Record):
    """An exact quote from an article, in its own language."""

    id: Annotated[int, Field(description="The n of [n] in the answer.")]
    source: Annotated[str, Field(description="Id of the article, for fetch.")]
    url: str
    language: str
    quote: str
    start: int
    end: int
    title: str | None
    published: str | None
    copies: Annotated[list[str], Field(description="Other articles that are the same report.")]


class Side(_Record):
    """One position of a disagreement."""

    statement: str
    value: float | None
    attributed_to: str | None
    citations: list[int]
    independent_sources: int


class Disagreement(_Record):
    """What sources disagree about, with every position."""

    about: str
    positions: list[Side]


class Former(_Record):
    """What was said before a correction, or before a count rose."""

    statement: str
    value: float | None
    published: str | None
    citations: list[int]


class Asked(_Record):
    """An answer whose every claim was checked against its quotes."""

    question: str
    question_language: str
    status: Annotated[
        Literal["answered", "conflicting", "not_in_sources"],
        Field(description="conflicting: the sources disagree, see conflicts. not_in_sources: they do not answer this."),
    ]
    answer: Annotated[str, Field(description="Short; [n] refers to the citations.")]
    confidence: float
    claims: list[AnswerClaim]
    citations: list[Quote]
    conflicts: list[Disagreement]
    history: list[Former]
    independent_sources: Annotated[int, Field(description="Sources behind it, copies of one report counted once.")]
    near: Annotated[list[Quote], Field(description="Nearest passages where nothing answers; they are no answer.")]
    mode: Literal["extractive", "llm"]
    model: str | None
    warnings: list[str]
