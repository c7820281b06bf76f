"""What part of the index is asked, from the words in which people and programs say it."""

from __future__ import annotations

import calendar
import contextlib
import datetime
import re
from typing import TypeGuard

from qa_plugin.errors import SettingsError
from qa_plugin.language.detection import UNDETERMINED, known_languages
from qa_plugin.language.folding import fold_text
from qa_plugin.records import Scope

LANGUAGES = ("en", "pt", "fr", "ar", "fa")
"""Those that are told apart and read; of others only the code is known."""


def scope_of(
    *,
    language: str | None = None,
    source: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
) -> Scope:
    """The scope of four filters, each of which may be left out (None or blank).

    Args:
        language: ISO 639-1 code, or `und`; `pt-BR` is `pt`.
        source: A pattern of paths, as in `agency/*`.
        date_from: 2024, 2024-03 or 2024-03-15; the first day of it.
        date_to: The same; the last day of it.

    Raises:
        SettingsError: A value cannot be read, or the dates are the wrong way round; it says how to write it.
    """
    first = day(date_from, last=False) if given(date_from) else None
    last = day(date_to, last=True) if given(date_to) else None
    if first and last and first > last:
        raise SettingsError(f"The first day {first} is after the last, {last}; exchange them.")
    return Scope(
        language=language_code(language) if given(language) else None,
        source_glob=source.strip() if given(source) else None,
        date_from=first,
        date_to=last,
    )


def language_code(text: str) -> str:
    """The code of a language that sources may be in.

    Raises:
        SettingsError: It is none.
    """
    code = re.split("[-_]", text.strip().lower())[0]
    if code not in {*LANGUAGES, UNDETERMINED} and code not in known_languages():
        known = ", ".join(LANGUAGES)
        raise SettingsError(f"{text!r} is none of {known} and und (unclear), nor another that is told")
    return code


def day(text: str, *, last: bool) -> str:
    """The ISO day that a date means: a year or month stands for its first or last day.

    Raises:
        SettingsError: It is no date.
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", fold_text(text).strip())
    with contextlib.suppress(ValueError, IndexError):
        year, *rest = [int(part) for part in (found.groups() if found else ()) if part]
        month = rest[0] if rest else 12 if last else 1
        number = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1] if last else 1
        return datetime.date(year, month, number).isoformat()
    raise SettingsError(f"{text!r} is no date; write it as 2024, 2024-03 or 2024-03-15.")


def given(text: str | None) -> TypeGuard[str]:
    """Whether a filter was set."""
    return text is not None and bool(text.strip())
