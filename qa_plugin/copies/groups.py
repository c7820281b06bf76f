"""Groups of files that are one report, and how many independent sources stand behind a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa_plugin.copies import COPY


class Union:
    """Numbers in groups, each group known by its smallest member."""

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._above: dict[int, int] = {}
        for one, other in pairs:
            self.join(one, other)

    def join(self, one: int, other: int) -> None:
        """Make one group of the groups of two members."""
        first, second = sorted((self.first_of(one), self.first_of(other)))
        if first != second:
            self._above[second] = first

    def first_of(self, member: int) -> int:
        """The smallest member of a member's group; who was never joined is a group alone."""
        found = member
        while found in self._above:
            found = self._above[found]
        while member in self._above and self._above[member] != found:
            self._above[member], member = found, self._above[member]
        return found

    def groups(self) -> list[list[int]]:
        """The groups of more than one, rising."""
        found: dict[int, list[int]] = {}
        for member in sorted(self._above):
            found.setdefault(self.first_of(member), []).append(member)
        return [[first, *members] for first, members in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Groups:
    """Which files are copies of which, and which are one report in several languages."""

    copies: Mapping[int, tuple[int, ...]]
    """By file the files of its group of copies, itself among them, the earliest first; none where it stands alone."""
    reports: Mapping[int, tuple[int, ...]]
    """By file the files that are its copies or translations, itself among them, by id; none where it stands alone."""

    def copies_of(self, file_id: int) -> tuple[int, ...]:
        """The files of a file's group of copies, the earliest first; itself alone where it has none."""
        return self.copies.get(file_id, (file_id,))

    def translations_of(self, file_id: int) -> tuple[int, ...]:
        """The files that are a translation of the file or of a copy of it."""
        own = self.copies_of(file_id)
        return tuple(other for other in self.reports.get(file_id, ()) if other not in own)

    def report_of(self, file_id: int) -> int:
        """A number that all copies and translations of one report share."""
        return self.reports.get(file_id, (file_id,))[0]


NONE = Groups({}, {})


def group(
    links: Iterable[tuple[int, int, str]],
    order: Callable[[int], tuple[str, ...]],
    allowed: Callable[[int], bool] = lambda _: True,
) -> Groups:
    """The groups that links make.

    Args:
        links: Pairs of files, and how they are linked.
        order: By what the files of a group are sorted; the first is the one to cite.
        allowed: Which files count; the others only hold groups together.
    """
    listed = list(links)

    def inside(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
        kept = [list(filter(allowed, members)) for members in Union(pairs).groups()]
        return [members for members in kept if len(members) > 1]

    copies = [tuple(sorted(ms, key=order)) for ms in inside((a, b) for a, b, kind in listed if kind == COPY)]
    reports = [tuple(members) for members in inside((a, b) for a, b, _ in listed)]
    return Groups({m: members for members in copies for m in members}, {m: ms for ms in reports for m in ms})


@dataclass(frozen=True, slots=True)
class Piece:
    """A quote behind a statement, with what tells where it comes from."""

    file_id: int
    report: int
    """The group of its file's copies and translations."""
    credits: frozenset[str] = frozenset()
    """Agencies that the article credits."""
    agency: str | None = None
    """The agency that the quote itself names as its source; it says more than what the whole article credits."""


def independent_groups(pieces: Sequence[Piece]) -> list[list[int]]:
    """Pieces of one statement by independent source, as places in `pieces`.

    One source are copies, translations, and pieces that owe the statement to the same agency.
    """
    first: dict[object, int] = {}
    joined = Union()
    for at, piece in enumerate(pieces):
        agencies = [piece.agency] if piece.agency else sorted(piece.credits)
        for key in [("report", piece.report), *(("agency", name) for name in agencies)]:
            joined.join(first.setdefault(key, at), at)
    found: dict[int, list[int]] = {}
    for at in range(len(pieces)):
        found.setdefault(joined.first_of(at), []).append(at)
    return list(found.values())
