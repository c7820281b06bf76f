"""What the words of a command line mean, and which are refused."""

from __future__ import annotations

import pytest

from qa_plugin.cli.arguments import UsageError, asks_for_json, parse
from qa_plugin.errors import SettingsError
from qa_plugin.scoping import day


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "How", "many", "people?"],
        ["ask", "How many people?"],
        ["ask", "--json", "How", "many", "people?"],
        ["ask", "How", "--json", "many", "people?"],
        ["ask", "How", "--language", "fr", "many", "people?", "--offline"],
        ["--json", "ask", "How", "many", "--store", "x", "people?"],
        ["ask", "--", "How", "many", "people?"],
        ["ask", "How", "--json", "--", "many", "people?"],
    ],
)
def test_words_are_joined_wherever_options_stand(words: list[str]) -> None:
    assert " ".join(parse(words).words) == "How many people?"


@pytest.mark.parametrize("words", [["ask", "at", "-5", "degrees"], ["ask", "at", "--json", "-5", "degrees"]])
def test_a_negative_number_is_a_word(words: list[str]) -> None:
    assert parse(words).words == ["at", "-5", "degrees"]


def test_all_after_two_dashes_are_words() -> None:
    arguments = parse(["ask", "--", "--json", "what"])
    assert arguments.words == ["--json", "what"]
    assert not arguments.json
    assert not asks_for_json(["ask", "--", "--json", "what"])


@pytest.mark.parametrize(
    "words",
    [["--store", "x", "--json", "--offline", "sources"], ["sources", "--store", "x", "--json", "--offline"]],
)
def test_common_options_stand_before_and_after_the_command(words: list[str]) -> None:
    arguments = parse(words)
    assert (arguments.store, arguments.json, arguments.offline) == ("x", True, True)


def test_an_option_before_the_command_is_not_lost_after_it() -> None:
    arguments = parse(["--store", "x", "ask", "--json", "what"])
    assert (arguments.store, arguments.json, arguments.offline) == ("x", True, False)


def test_paths_may_stand_on_both_sides_of_an_option() -> None:
    arguments = parse(["index", "a", "--yes", "b"])
    assert (arguments.paths, arguments.yes) == (["a", "b"], True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["How", "many?"], r"There is no command 'How'\. To ask something: qa-plugin ask"),
        (["ask", "How", "--jsn", "many"], r"There is no option --jsn; `qa-plugin ask --help` lists them"),
        (["ask", "x", "--lang", "fr"], r"There is no option --lang;"),
        (["sources", "more"], r"'more' is one word too many; `qa-plugin sources --help`"),
        (["index"], r"PATH; `qa-plugin index --help` shows how"),
        (["ask", "x", "--language", "xx"], r"'xx' is none of en, pt, fr, ar, fa and und"),
        (
            ["ask", "x", "--from", "yesterday"],
            r"--from: 'yesterday' is no date; write it as 2024, 2024-03 or",
        ),
        (["ask", "x", "--to", "2024-13"], r"--to: '2024-13' is no date"),
        (["ask", "x", "--from", "2024-02-30"], r"--from: '2024-02-30' is no date"),
        (["ask", "x", "--from", "2025", "--to", "2024"], r"--from 2025-01-01 is after --to 2024-12-31"),
        (["search", "x", "--limit", "0"], r"'0' is no number from 1 to 1000"),
        (["ask", "x", "--store", ""], r"it is empty; give a value"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(words)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-2", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-03-15", "2024-03-15", "2024-03-15"),
        (" ۲۰۲۴-۰۳ ", "2024-03-01", "2024-03-31"),
    ],
)
def test_a_year_or_month_stands_for_its_first_or_last_day(text: str, first: str, last: str) -> None:
    assert day(text, last=False) == first
    assert day(text, last=True) == last


@pytest.mark.parametrize("text", ["", "24", "0000", "2024-00", "2024-01-00", "2024-1-1-1", "2024/01", "20240101"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(SettingsError, match="is no date"):
        day(text, last=False)


def test_language_codes_are_taken_as_people_write_them() -> None:
    assert parse(["ask", "x", "--language", "pt-BR"]).language == "pt"
    assert parse(["ask", "x", "--language", "UND"]).language == "und"
