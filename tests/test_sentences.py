from __future__ import annotations

import pytest

from qa_plugin.language.sentences import LONG, LONGEST, split_sentences
from qa_plugin.records import Span


def _split(text: str, language: str = "und") -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, Span(0, len(text)), language)]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("pt", "Dr. Silva disse isso. O Sr. Costa não. Custa 3.5 mil.", 3),
        ("en", "J. K. Rowling spoke. U.S. troops came at 5 p.m. on Monday. He left.", 3),
        ("ar", "قال ذلك. هل جاء؟ نعم! انتهى.", 4),
        ("fa", "او آمد۔ چه شد؟ رفت.", 3),
        ("fr", "M. Dupont est là… Il part. «Oui.» Elle reste.", 4),
        ("pt", "Foi na região.O ministro falou.", 2),
        ("en", "See example.com for 3.14 more.", 1),
        ("en", "Wrapped as\nmail is. Next one.", 2),
        ("en", "Heading\n\nText under it", 2),
        ("en", "Heading\r\n \r\nText under it", 2),
        ("en", "“It is over.” They left.", 2),
    ],
)
def test_ends_of_sentences(language: str, text: str, count: int) -> None:
    parts = _split(text, language)
    assert len(parts) == count
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_lesser_marks_part_only_what_is_long() -> None:
    short = "a b c; d e f: g h"
    assert _split(short, "en") == [short]
    long = "; ".join(["word " * 30 + "end"] * 6)
    assert len(_split(long, "en")) > 1
    assert all(len(part) <= LONG for part in _split(long, "en"))


def test_nothing_is_longer_than_a_quote() -> None:
    without_marks = "کلمه " * 400
    assert all(len(part) <= LONGEST for part in _split(without_marks, "fa"))
    unbroken = "x" * 1700
    assert "".join(_split(unbroken)) == unbroken


def test_white_space_stays_outside() -> None:
    assert _split("  \ufeff Hello there.  \u200f ") == ["Hello there."]
