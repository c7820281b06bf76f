"""The project's own articles and questions: what the list of articles says, checked, and what the set is made of."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from eval.tables import Row, Table
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import TAGS
from qa_plugin.evaluation.questions import TYPES

RELATIONS = ("original", "copy", "translation", "same_agency", "update", "correction", "misquote", "trap")
KIN = {"copy": "copies", "translation": "translation", "same_agency": "same-agency"}
"""Relations that make no source of its own, each with the tag of questions whose answer stands in both articles."""
REWRITTEN = ("copy", "translation")
"""Those that leave no doubt: an article that credits an agency may have facts of its own."""
NOWHERE = "none"

_FIELDS = ("source", "language", "event", "outlet", "published", "credits", "relation", "of", "notes")

Listed = Mapping[str, Mapping[str, Any]]
"""The list of articles, by source."""


def manifest_beside(articles: Path) -> Path:
    """Where the list of a folder's articles is, if it has one."""
    return articles.parent / "manifest.jsonl"


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """Read the list of articles, one JSON object a line.

    Raises:
        SettingsError: It cannot be read, or a line has not the form.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise SettingsError(f"cannot read the list of articles {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SettingsError(f"{path} is not JSON lines: {error}") from error
    for number, row in enumerate(rows, 1):
        missing = [name for name in _FIELDS if name not in row] if isinstance(row, dict) else _FIELDS
        if missing:
            raise SettingsError(f"{path}, line {number}: {', '.join(missing)} missing")
    return rows


def check_manifest(rows: Sequence[Mapping[str, Any]], files: Collection[str]) -> list[str]:
    """What is wrong with the list of articles, one line for each fault.

    Args:
        rows: As `read_manifest` gives them.
        files: The names of all articles, by their path in the folder.
    """
    counted = Counter(row["source"] for row in rows)
    events = {row["source"]: row["event"] for row in rows}
    problems = [f"{source}: is not in the list of articles" for source in sorted(set(files) - counted.keys())]
    problems += [f"{source}: is listed {count} times" for source, count in counted.items() if count > 1]
    for row in rows:
        problems += [f"{row['source']}: {fault}" for fault in _row_faults(row, files, events)]
    return problems


def check_kinship(questions: Iterable[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where questions say of independent sources and copies what the list of articles does not."""
    listed = {row["source"]: row for row in rows}
    return [
        f"{question['id']}: {fault}"
        for question in questions
        if all(source in listed for source in question["sources"])
        for fault in _kinship_faults(question, listed)
    ]


def independent_bounds(sources: Sequence[str], listed: Listed) -> tuple[int, int]:
    """How many independent sources a group of articles may be: at least and at most.

    A copy and a translation are one with what they are taken from. Articles that credit the same agency are one
    where they owe it the statement, which only reading can tell.
    """
    rewritten = [(a, b) for a, b in _ties(sources, listed) if listed[a]["relation"] in REWRITTEN]
    credited = [
        (a, b)
        for number, a in enumerate(sources)
        for b in sources[:number]
        if set(listed[a]["credits"]) & set(listed[b]["credits"])
    ]
    return _groups(sources, [*_ties(sources, listed), *credited]), _groups(sources, rewritten)


def composition(questions: Sequence[Mapping[str, Any]]) -> list[Table]:
    """What the questions are, by pair of languages, by type and by tag, each by language of the question."""
    asked = list(dict.fromkeys(question["question_lang"] for question in questions))
    pairs = [(q["question_lang"], language) for q in questions for language in _article_languages(q)]
    answered = [language for language in asked if any(of == language for _, of in pairs)]
    others = sorted({of for _, of in pairs} - set(answered) - {NOWHERE})
    tags = [(q["question_lang"], tag) for q in questions for tag in q.get("tags", ())]
    counted = [(q["question_lang"], str(q["independent_sources"])) for q in questions if "independent_sources" in q]
    tables = [
        _counted(
            "language of a gold article, by language of the question", [*answered, *others, NOWHERE], asked, pairs
        ),
        _counted("type", TYPES, asked, [(q["question_lang"], q["type"]) for q in questions]),
        _counted("tag", [*TAGS, *sorted({tag for _, tag in tags} - set(TAGS))], asked, tags),
        _counted("independent sources", sorted({of for _, of in counted}, key=int), asked, counted),
    ]
    return [table for table in tables if table.rows]


def _row_faults(row: Mapping[str, Any], files: Collection[str], events: Mapping[str, str]) -> Iterator[str]:
    if row["source"] not in files:
        yield "there is no such article"
    named = language_of(row["source"])
    if named != row["language"]:
        yield f"its name says {named or 'no language'}, the list {row['language']}"
    if row["relation"] not in RELATIONS:
        yield f"relation {row['relation']!r} is none of {', '.join(RELATIONS)}"
    of = row["of"]
    if of is not None and (of == row["source"] or of not in events):
        yield f"it is said to be of {of}, which is no other article of the list"
    elif of is not None and events[of] != row["event"]:
        yield f"it is said to be of {of}, which is about another event"
    elif of is None and row["relation"] in KIN:
        yield f"a {row['relation']}, but it does not say of which article"
    if row["published"] is not None and not _is_day(row["published"]):
        yield f"published {row['published']!r} is no day"


def _kinship_faults(question: Mapping[str, Any], listed: Listed) -> Iterator[str]:
    sources = question["sources"]
    count = question.get("independent_sources")
    least, most = independent_bounds(sources, listed)
    if count is not None and not least <= count <= most:
        allowed = str(least) if least == most else f"{least} to {most}"
        yield f"{count} independent sources, but the list of articles makes it {allowed}"
    if "tags" in question or question["type"] != "unanswerable":
        told = {KIN[listed[a]["relation"]] for a, _ in _ties(sources, listed)}
        for tag in KIN.values():
            if (tag in told) != (tag in question.get("tags", ())):
                yield f"the tag {tag!r} and the list of articles do not agree"


def _ties(sources: Iterable[str], listed: Listed) -> Iterator[tuple[str, str]]:
    """Each article that is no source of its own, with the one of the group that it is taken from."""
    group = list(sources)
    return ((a, listed[a]["of"]) for a in group if listed[a]["relation"] in KIN and listed[a]["of"] in group)


def _groups(members: Sequence[str], ties: Iterable[tuple[str, str]]) -> int:
    """How many groups are left when those that are tied are put together."""
    group = {member: {member} for member in members}
    for a, b in ties:
        group[a] |= group[b]
        for member in group[a]:
            group[member] = group[a]
    return len({id(found) for found in group.values()})


def _article_languages(question: Mapping[str, Any]) -> list[str]:
    return sorted({language_of(source) for source in question["sources"]}) or [NOWHERE]


def language_of(source: str) -> str:
    """The language in a name such as `name.xx.txt`; empty where it has none."""
    language = PurePosixPath(source).stem.rpartition(".")[2]
    return language if len(language) == 2 else ""


def _counted(title: str, names: Iterable[str], asked: Sequence[str], found: Iterable[tuple[str, str]]) -> Table:
    counts = Counter(found)
    rows = [
        Row(name, {language: counts[language, name] for language in asked} | {"all": _all(counts, name)})
        for name in names
        if _all(counts, name)
    ]
    return Table(title, (*asked, "all"), tuple(rows))


def _all(counts: Counter[tuple[str, str]], name: str) -> int:
    return sum(count for (_, of), count in counts.items() if of == name)


def _is_day(text: object) -> bool:
    try:
        datetime.datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return True
