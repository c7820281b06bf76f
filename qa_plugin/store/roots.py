"""Roots inside roots: the same file, indexed under two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from qa_plugin.errors import ArticlesError


def root_around(path: str, roots: Iterable[str]) -> str | None:
    """The outermost root that a path lies in; none where the path is that root itself."""
    inside = Path(path)
    return min((root for root in roots if Path(root) in inside.parents), key=len, default=None)


def root_to_forget(path: Path, roots: Sequence[str]) -> str:
    """The stored name of a root: as resolved now, or as it was before its folder went away.

    Raises:
        ArticlesError: The path is no root, but lies in one or holds some.
    """
    if str(path) in roots:  # also of documents, which have a name and no place
        return str(path)
    name = str(path.expanduser().resolve())
    absolute = str(path.expanduser().absolute())
    if name not in roots and absolute in roots:
        return absolute
    around = root_around(name, roots)
    if name in roots or (around is None and not roots_within(name, roots)):
        return name
    if around is not None:
        raise ArticlesError(
            f"{name} is part of the root {around}, and roots are forgotten whole. To take out a part, delete or move "
            f"the files and run `qa-plugin index {around}`; to take out all of it, `qa-plugin forget {around}`."
        )
    raise ArticlesError(
        f"{name} is no root of the index but holds some: {', '.join(roots_within(name, roots))}. "
        "Forget each by its own path."
    )


def roots_within(path: str, roots: Iterable[str]) -> list[str]:
    """The roots that lie in a folder."""
    return [root for root in roots if Path(path) in Path(root).parents]


def doubles(roots: Sequence[str], files_of: Mapping[str, Mapping[str, int]]) -> list[int]:
    """The files that a root around theirs holds as well.

    Args:
        roots: The roots.
        files_of: The files of each: their ids by source.
    """
    found: list[int] = []
    for root in roots:
        around = [Path(other) for other in roots if Path(other) in Path(root).parents]
        for source, file_id in files_of[root].items() if around else ():
            places = [Path(root, source)]
            if source == Path(root).name:  # the root may be that file
                places.append(Path(root))
            if any(place.relative_to(outer).as_posix() in files_of[str(outer)] for place in places for outer in around):
                found.append(file_id)
    return found
