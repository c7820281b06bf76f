"""What models cost, how much they take in and how their tokens are counted: one dated file, and the user's own.

A name finds its row with or without the vendor before it ("openai/gpt-4o-mini") and the date behind it
("gpt-4o-mini-2024-07-18"). Where no row fits, the price is unknown; the window and the encoding are then those of
the family that the name shows ("llama3.1:8b"), if it shows one.
"""

from __future__ import annotations

import datetime
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from qa_plugin.data import load_toml
from qa_plugin.errors import SettingsError
from qa_plugin.tokens import ENCODING

Kind = Literal["chat", "embedding"]

ENCODINGS = ("cl100k_base", "o200k_base")
"""Those whose tables are at hand without a download."""
_DATE = re.compile(r"[-@](\d{4}-\d{2}-\d{2}|20\d{6}|latest)$")
_NUMBERS = ("prompt", "completion")
_FIELDS = {
    "chat": ("prompt", "completion", "window", "encoding", "dated"),
    "embedding": ("prompt", "window", "encoding", "dated"),
}
_TABLES = ("dated", "chat", "embedding", "families")
_FAMILY_FIELDS = ("name", "window", "encoding")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, and the day on which that was looked up."""

    prompt: float
    completion: float
    dated: str


def price_of(kind: Kind, model: str, *, prices: Path | None = None) -> Price | None:
    """The price of a model; None where it is not known.

    Args:
        kind: `chat` or `embedding`.
        model: Its name, as settings give it.
        prices: The user's own file, which comes before ours.

    Raises:
        SettingsError: The user's file cannot be used.
    """
    row = _row(_tables(prices)[kind], model)
    if row is None or "prompt" not in row:
        return None
    return Price(float(row["prompt"]), float(row.get("completion", 0.0)), str(row["dated"]))


def cost_usd(
    kind: Kind, model: str, prompt_tokens: int, completion_tokens: int = 0, *, prices: Path | None = None
) -> float | None:
    """What a call at a hosted model costs; None where its price is not known."""
    price = price_of(kind, model, prices=prices)
    if price is None:
        return None
    return (prompt_tokens * price.prompt + completion_tokens * price.completion) / 1e6


def window_of(model: str, *, prices: Path | None = None) -> int | None:
    """How many tokens of prompt and reply a model takes together; None where that is not known.

    A server may be set to less than its model could take.
    """
    found = _of_model("window", model, prices)
    return None if found is None else int(found)


def has_window(model: str, *, prices: Path | None = None) -> bool:
    """Whether the model has a row with its window, so that no server need be asked for it."""
    row = _row(_tables(prices)["chat"], model)
    return row is not None and "window" in row


def encoding_of(model: str, *, prices: Path | None = None) -> str:
    """The encoding by which a model's tokens are counted; of an unknown one, that of today's hosted models."""
    return str(_of_model("encoding", model, prices) or ENCODING)


def check_prices(prices: Path | None) -> None:
    """Read the user's price file before anything is spent.

    Raises:
        SettingsError: It cannot be used; the message says what to correct.
    """
    _tables(prices)


def _of_model(field: str, model: str, prices: Path | None) -> Any:  # noqa: ANN401 - a number or a text, by the field
    tables = _tables(prices)
    for kind in ("chat", "embedding"):
        row = _row(tables[kind], model)
        if row is not None and field in row:
            return row[field]
    name = _without_vendor(model.strip().lower())
    return next((f[field] for f in tables["families"] if field in f and re.search(f["name"], name)), None)


def _row(rows: Mapping[str, dict[str, Any]], model: str) -> dict[str, Any] | None:
    return next((rows[name] for name in _names(model) if name in rows), None)


def _names(model: str) -> Iterator[str]:
    """What a model may be listed as, the closest first."""
    full = model.strip().lower()
    bare = _without_vendor(full)
    yield from (full, bare, _DATE.sub("", bare))


def _without_vendor(name: str) -> str:
    return name.rpartition("/")[2]


# ---------------------------------------------------------------- the files


def _tables(prices: Path | None) -> dict[str, Any]:
    if prices is None:
        return _shipped()
    try:
        changed = prices.stat().st_mtime_ns
    except OSError as error:
        raise _fault(prices, f"cannot be read ({error.strerror or error})", "Name a TOML file") from error
    return _joined(prices, changed)


@cache
def _shipped() -> dict[str, Any]:
    tables = load_toml("models.toml")
    return {
        "chat": _dated(tables["chat"], tables["dated"]),
        "embedding": _dated(tables["embedding"], tables["dated"]),
        "families": tables["families"],
    }


@cache
def _joined(path: Path, _changed_ns: int) -> dict[str, Any]:
    """Our tables with the user's over them, field by field."""
    own = _checked(path, _toml(path))
    shipped = _shipped()
    joined: dict[str, Any] = {"families": [*own["families"], *shipped["families"]]}
    for kind in ("chat", "embedding"):
        rows = {name: {**shipped[kind].get(name, {}), **row} for name, row in own[kind].items()}
        joined[kind] = {**shipped[kind], **rows}
    return joined


def _dated(rows: Mapping[str, dict[str, Any]], dated: object) -> dict[str, dict[str, Any]]:
    return {name.lower(): {"dated": str(dated), **row} for name, row in rows.items()}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fault(path, f"cannot be read as TOML ({error})") from error


def _checked(path: Path, own: dict[str, Any]) -> dict[str, Any]:
    for name in own:
        if name not in _TABLES:
            raise _fault(path, f"holds {name!r}, which is none of {', '.join(_TABLES)}")
    dated = own.get("dated")
    if not _is_day(dated):
        raise _fault(path, 'lacks the day on which its prices were looked up, as in dated = "2026-03-31"')
    found: dict[str, Any] = {"families": [_family(path, row) for row in _listed(path, own.get("families", []))]}
    for kind in ("chat", "embedding"):
        rows = own.get(kind, {})
        if not isinstance(rows, dict):
            raise _fault(path, f"must give [{kind}] as a table of models")
        found[kind] = _dated({name: _fields(path, kind, name, row) for name, row in rows.items()}, dated)
    return found


def _listed(path: Path, rows: object) -> list[Any]:
    if not isinstance(rows, list):
        raise _fault(path, "must give families as [[families]], one after the other")
    return rows


def _fields(path: Path, kind: str, name: str, row: object) -> dict[str, Any]:
    place = f'[{kind}."{name}"]'
    if not isinstance(row, dict):
        raise _fault(path, f"must give {place} as a table, with {', '.join(_FIELDS[kind])}")
    for field, value in row.items():
        _check_field(path, place, field, value, _FIELDS[kind])
    if kind == "chat" and len({"prompt", "completion"} & row.keys()) == 1:
        raise _fault(path, f"gives only one of prompt and completion in {place}, and a price needs both")
    return {field: str(value) if field == "dated" else value for field, value in row.items()}


def _family(path: Path, row: object) -> dict[str, Any]:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise _fault(path, "has [[families]] without a name, which is a pattern such as name = 'llama-?3'")
    try:
        re.compile(row["name"])
    except re.error as error:
        raise _fault(path, f"has [[families]] whose name {row['name']!r} is no pattern ({error})") from error
    for field, value in row.items():
        _check_field(path, "[[families]]", field, value, _FAMILY_FIELDS)
    return row


def _check_field(path: Path, place: str, field: str, value: object, allowed: tuple[str, ...]) -> None:
    if field not in allowed:
        # TOML reads a dot in a bare name as a table within a table.
        dotted = '; a name with a dot stands in quotes, as in [chat."gpt-4.1"]' if isinstance(value, dict) else ""
        raise _fault(path, f"holds {field!r} in {place}, which is none of {', '.join(allowed)}{dotted}")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if field in _NUMBERS and not (number and math.isfinite(value) and value >= 0):  # type: ignore[arg-type,operator]
        raise _fault(path, f"has {field} = {value!r} in {place}; it must be US dollars for a million tokens")
    if field == "window" and not (isinstance(value, int) and number and value > 0):
        raise _fault(path, f"has window = {value!r} in {place}; it must be a number of tokens")
    if field == "encoding" and value not in ENCODINGS:
        raise _fault(path, f"has encoding = {value!r} in {place}; it must be one of {', '.join(ENCODINGS)}")
    if field == "dated" and not _is_day(value):
        raise _fault(path, f'has dated = {value!r} in {place}; it must be a day, as in "2026-03-31"')


def _is_day(value: object) -> bool:
    try:
        datetime.date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str | datetime.date)


def _fault(path: Path, what: str, do: str = "Correct it") -> SettingsError:
    return SettingsError(f"The price file {path} {what}. {do}, or unset QA_PLUGIN_PRICES.")
