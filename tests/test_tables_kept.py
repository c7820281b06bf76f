from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from qa_plugin.tables_kept import keep_tables


class _Ring:
    """An object that only the garbage collector frees."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_is_passed_over() -> None:
    table = {"word": ["one"]}
    keep_tables()
    assert gc.get_freeze_count() > 0
    assert not any(held is table for held in gc.get_objects())


def test_what_was_given_up_before_and_after_is_freed() -> None:
    rings = [_Ring(), _Ring()]
    before, after = map(weakref.ref, rings)
    del rings[0]
    keep_tables()
    assert before() is None
    late = _Ring()
    seen = weakref.ref(late)
    del late
    gc.collect()
    assert seen() is None
    assert after() is rings[0]
