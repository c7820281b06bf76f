from __future__ import annotations

import re
import unicodedata

import pytest

from qa_plugin.data import load_toml
from qa_plugin.ports import THIS_MACHINE
from qa_plugin.presentation import (
    columns,
    inline,
    render,
    render_report,
    render_search,
    render_sources,
    shortened,
    wrap,
)
from qa_plugin.records import Answer, Citation, Conflict, IndexReport, Position, SearchResult, SourceInfo

PORTUGUESE = (
    "Mais de 4.200 pessoas foram retiradas de suas casas na noite de terça-feira, informou a Defesa Civil, "
    "enquanto o rio seguia subindo."
)
PERSIAN = "به گفته‌ی سازمان امداد، بیش از ۴٬۲۰۰ نفر از خانه‌های خود در کرانه‌ی رودخانه تخلیه شده‌اند."
ARABIC = "أعلنت وزارة الصحة مقتل ٢٥ شخصًا وإصابة العشرات في الزلزال الذي ضرب الساحل فجر الاثنين."
FRENCH = "Le bilan provisoire fait état de 12 morts, selon la préfecture."


def citation(number: int, quote: str, language: str, **more: object) -> Citation:
    known = {"source": f"{language}.txt", "start": 0, "end": len(quote)} | more
    return Citation(id=number, quote=quote, language=language, **known)  # type: ignore[arg-type]


def test_an_answer_in_full() -> None:
    answer = Answer(
        question="How many were evacuated?",
        question_language="en",
        status="answered",
        text="More than 4,200 [1][2]",
        citations=(
            citation(1, PORTUGUESE, "pt", title="Rio sobe", published="2024-03-02", copies=("copy/a.txt",)),
            citation(2, PERSIAN, "fa"),
        ),
        history=(Position("1,900", 1900, "Civil Defence", (1,), 1, "2024-03-01"),),
        warnings=("fa.txt carries no date.",),
    )
    assert render(answer, width=80) == (
        "More than 4,200 [1][2]\n"
        "\n"
        "[1] pt.txt (Portuguese, 2024-03-02, Rio sobe)\n"
        "    “Mais de 4.200 pessoas foram retiradas de suas casas na noite de\n"
        "    terça-feira, informou a Defesa Civil, enquanto o rio seguia subindo.”\n"
        "    also in: copy/a.txt\n"
        "\n"
        "[2] fa.txt (Persian)\n"
        "    «به گفته‌ی سازمان امداد، بیش از ۴٬۲۰۰ نفر از خانه‌های خود در کرانه‌ی رودخانه\n"
        "    تخلیه شده‌اند.»\n"
        "\n"
        "Earlier: 1,900 [1] (Civil Defence, 2024-03-01)\n"
        "\n"
        "Note: fa.txt carries no date.\n"
        "\n"
        "Answered by extraction; nothing left this machine."
    )


def test_a_conflict_has_each_position_on_a_line_with_its_marks_once() -> None:
    positions = (
        Position("12 [1]", 12, "la préfecture", (1,)),
        Position("25", 25, "وزارة الصحة", (2,), independent_sources=2),
    )
    answer = Answer(
        question="Combien de morts ?",
        question_language="fr",
        status="conflicting",
        text="12 [1] ; 25 [2]",
        citations=(citation(1, FRENCH, "fr"), citation(2, ARABIC, "ar")),
        conflicts=(Conflict("Nombre de morts", positions),),
    )
    shown = render(answer, width=80)
    assert shown.startswith(
        "Les sources divergent\xa0: Nombre de morts\n"
        "– 12 [1] (la préfecture)\n"
        "– 25 [2] (وزارة الصحة, 2 sources indépendantes)\n\n"
    )
    assert "«\u202fLe bilan" in shown
    assert "12 [1] ; 25 [2]" not in shown


def test_a_source_that_the_statement_names_is_not_named_again() -> None:
    conflict = Conflict("", (Position("25, selon La Préfecture", 25, "la préfecture", (1,)),))
    answer = Answer(question="?", question_language="fr", status="conflicting", text="", conflicts=(conflict,))
    assert "– 25, selon La Préfecture [1]\n" in render(answer, width=None)


def test_nothing_found_shows_the_sentence_and_the_nearest_passages() -> None:
    answer = Answer(
        question="ما عدد الدبابات؟",
        question_language="ar",
        status="not_in_sources",
        text="لا تذكر المصادر ذلك.",
        near=(citation(1, ARABIC, "ar"),),
    )
    shown = render(answer, width=None)
    assert shown == (
        "لا تذكر المصادر ذلك.\n\nأقرب ما ورد:\n\n"
        f"– ar.txt (العربية)\n    «{ARABIC}»\n\n"
        "استخرجت الإجابة من النصوص؛ لم يغادر شيء هذا الجهاز."
    )


@pytest.mark.parametrize("language", ["pt", "fr", "ar", "fa"])
def test_what_stands_around_an_answer_is_in_the_question_s_language(language: str) -> None:
    source = citation(1, PERSIAN, "fa", published="2024-03-02", copies=("b.txt",))
    side = Position("12", 12, "AFP", (1,), independent_sources=3)

    def shown(code: str, mode: str, host: str | None) -> str:
        answer = Answer(
            question="?",
            question_language=code,
            status="conflicting",
            text="",
            citations=(source,),
            near=(source,),
            conflicts=(Conflict("", (side,)),),
            history=(side,),
            mode=mode,
        )
        return render(answer, width=None, host=host)

    for mode in ("extractive", "llm"):
        for host in (None, THIS_MACHINE, "llm.example.org"):
            lines = shown(language, mode, host).splitlines()
            english = shown("en", mode, host).splitlines()
            assert len(lines) == len(english)
            same = {a for a, b in zip(lines, english, strict=True) if a == b}
            assert same <= {"", f"    «{PERSIAN}»"}, "said in English"
            assert "{" not in "".join(lines)
    unknown = Answer(question="?", question_language="und", status="answered", text="x")
    assert render(unknown, width=None).endswith("Answered by extraction; nothing left this machine.")


HTML = (
    '<p class="lead">Rain&nbsp;fell &amp; <b>4,200</b> people left.<br/>'
    "R&D <!-- ad\n --> if 3 <5 and x > 2 <a and b></P>"
)


def test_tags_and_entities_are_not_shown_and_stay_in_the_quote() -> None:
    answer = Answer(
        question="?",
        question_language="en",
        status="answered",
        text="4,200 [1]",
        citations=(citation(1, HTML, "en", title="Rain <em>again</em> &#8211; live"),),
    )
    clean = "Rain\xa0fell & 4,200 people left. R&D if 3 <5 and x > 2 <a and b>"
    shown = render(answer, width=None)
    assert f"    “{clean}”\n" in shown
    assert "(English, Rain again – live)" in shown
    assert answer.to_dict()["citations"][0]["quote"] == HTML
    found = render_search([SearchResult("a.txt", 0, len(HTML), (0, 40), HTML, 1.0, "en", None, None)], width=None)
    assert found == f"1. a.txt (English)\n    {clean}"
    listed = SourceInfo(1, "/news", "a.txt", "en", "Rain <b>again</b>", None, (), 5, 1)
    assert render_sources([listed], width=None).endswith("Rain again")


def test_a_long_excerpt_is_not_cut_inside_a_tag() -> None:
    piece = '<a href="https://example.org/a page" title="one two three">rain fell</a> in the hills. '
    text = piece * 30
    for at in range(0, len(text) - 100, 97):
        result = SearchResult("a.txt", 0, len(text), (at, at + 20), text, 1.0, "en", None, None)
        shown = render_search([result], width=None)
        assert not any(sign in shown for sign in ("<", ">", "href", "title", "\0"))


def test_entities_cannot_steer_the_terminal() -> None:
    quote = "a&#27;[31m&#x202e;b&#10;[9] forged&#0;&#8232;&lt;b&gt;"
    answer = Answer(
        question="?", question_language="en", status="answered", text="x", citations=(citation(1, quote, "en"),)
    )
    shown = render(answer, width=None)
    assert "“a[31mb [9] forged\ufffd <b>”" in shown


def test_the_last_line_says_who_answered_and_where() -> None:
    answer = Answer(
        question="?",
        question_language="en",
        status="answered",
        text="Vienna [1]",
        mode="llm",
        model="small-model",
    )
    assert render(answer, width=80, host="llm.example.org").endswith(
        "\n\nAnswered by small-model at llm.example.org; every quote checked."
    )
    assert render(answer, width=80).endswith("Answered by small-model; every quote checked.")
    assert render(answer, width=80, host=THIS_MACHINE).endswith(
        "Answered by small-model on this machine; every quote checked."
    )


def test_extraction_does_not_claim_that_nothing_left_when_something_did() -> None:
    answer = Answer(question="?", question_language="en", status="answered", text="Vienna [1]")
    shown = render(answer, width=80, host="api.openai.com")
    assert shown.endswith("Answered by extraction; the question was sent to api.openai.com.")


def test_a_failed_line_of_a_batch_says_why() -> None:
    answer = Answer(question="?", question_language="und", status="error", text="", error=("model", "Too slow."))
    assert render(answer, width=80) == "No answer: Too slow."


def test_text_stays_in_logical_order_and_unshaped() -> None:
    answer = Answer(
        question="?",
        question_language="fa",
        status="answered",
        text="۲۵ [1]",
        citations=(citation(1, PERSIAN, "fa"),),
    )
    shown = render(answer, width=60)
    assert PERSIAN in " ".join(shown.split())
    assert not any("\ufb50" <= character <= "\ufeff" for character in shown)


def test_a_quote_of_500_characters_is_shown_whole() -> None:
    quote = ("water " * 84)[:500].strip()
    answer = Answer(
        question="?",
        question_language="en",
        status="answered",
        text="Water [1]",
        citations=(citation(1, quote, "en"),),
    )
    assert f"“{quote}”" in " ".join(render(answer, width=72).split())


HOSTILE = "a\n[9] forged.txt\u202e\x1b[31m\x9b2J\u2028\u0085\x00\ud800b"


def test_nothing_from_a_file_can_steer_the_terminal_or_begin_a_line() -> None:
    hostile = Citation(
        id=1,
        source=HOSTILE,
        language=HOSTILE,
        quote=HOSTILE,
        start=0,
        end=1,
        title=HOSTILE,
        copies=(HOSTILE,),
    )
    answer = Answer(
        question=HOSTILE,
        question_language="en",
        status="conflicting",
        text=HOSTILE,
        citations=(hostile,),
        near=(hostile,),
        conflicts=(Conflict(HOSTILE, (Position(HOSTILE, None, HOSTILE, (1,)),)),),
        history=(Position(HOSTILE, None, HOSTILE, (1,)),),
        warnings=(HOSTILE,),
        mode="llm",
        model=HOSTILE,
    )
    shown = [
        render(answer, width=None, host=HOSTILE),
        render_search([SearchResult(HOSTILE, 0, 5, (0, 5), HOSTILE, 1.0, "und", HOSTILE, None)], width=None),
        render_sources([SourceInfo(1, HOSTILE, HOSTILE, "und", HOSTILE, None, (), 5, 1)], width=None),
        render_report(IndexReport(failed=((HOSTILE, HOSTILE),)), width=None),
    ]
    for text in shown:
        assert "forged.txt" in text
        assert not any(line.startswith("[9]") for line in text.splitlines())
        assert {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl"}} <= {"\n"}
        assert "\u202e" not in text


def test_inline_keeps_what_scripts_need() -> None:
    assert inline(" می\u200cروند\r\n 10\u202f000 ") == "می\u200cروند 10\u202f000"


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", 3), ("می‌روند", 6), ("مُقْتَل", 4), ("東京", 4), ("e\u0301", 1), ("", 0)]
)
def test_columns(text: str, expected: int) -> None:
    assert columns(text) == expected


def test_wrapping_keeps_long_words_whole_and_lines_in_width() -> None:
    address = "https://example.org/" + "a" * 60
    shown = wrap(f"see {address} for the rest of it", 40, first="- ", rest="  ")
    assert shown == f"- see\n  {address}\n  for the rest of it"
    for line in wrap(PERSIAN * 5, 40, first="    ", rest="    ").split("\n"):
        assert columns(line) <= 40


def test_no_width_means_no_wrapping() -> None:
    assert wrap(PORTUGUESE, None, first="- ", rest="  ") == f"- {PORTUGUESE}"


def test_shortened_counts_columns() -> None:
    assert shortened("東京都庁", 5) == "東京…"
    assert shortened("short", 5) == "short"


def test_search_shows_the_best_sentence_of_a_long_passage() -> None:
    filler = "Rain fell on the hills all night. " * 20
    best = "Four thousand people left their homes."
    text = f"{filler}{best} {filler}"
    start = 1000
    place = (start + len(filler), start + len(filler) + len(best))
    shown = render_search(
        [SearchResult("a.txt", start, start + len(text), place, text, 0.5, "en", None, "2024-03-02")],
        width=None,
    )
    heading, passage = shown.split("\n")
    assert heading == "1. a.txt (English, 2024-03-02)"
    assert best in passage
    assert passage.strip().startswith("… ")
    assert passage.endswith(" …")
    assert len(passage) < 420


def test_search_shows_a_short_passage_as_it_is() -> None:
    shown = render_search([SearchResult("a.txt", 0, 9, (0, 9), "سلام دنیا", 0.5, "fa", None, None)], width=80)
    assert shown == "1. a.txt (Persian)\n    سلام دنیا"


def test_search_without_results_says_so() -> None:
    assert render_search([], width=80) == "Nothing in the sources."


def test_sources_stand_in_columns_under_their_root() -> None:
    sources = [
        SourceInfo(1, "/home/ana/old", "z.md", "und", None, None, (), 10, 1),
        SourceInfo(2, "/home/ana/news", "b/خبر.txt", "fa", "رودخانه بالا آمد", None, (), 10, 2),
        SourceInfo(3, "/home/ana/news", "a.txt", "en", "A title that does not fit " * 4, "2024-03-02", (), 10, 1),
    ]
    shown = render_sources(sources, width=60)
    assert shown == (
        "/home/ana/news (2 files, 3 passages)\n"
        "  a.txt      en   2024-03-02  A title that does not fit A t…\n"
        "  b/خبر.txt  fa               رودخانه بالا آمد\n"
        "\n"
        "/home/ana/old (1 file, 1 passage)\n"
        "  z.md  und"
    )
    assert render_sources([], width=60) == "The index holds no files."


def test_report_counts_and_names_what_failed() -> None:
    report = IndexReport(("a.txt",), (), ("b.txt",), 1200, (("c.txt", "no text: it holds NUL bytes"),))
    assert render_report(report, width=80) == (
        "1 added, 1 removed, 1,200 unchanged, 1 not read.\n  c.txt: no text: it holds NUL bytes"
    )
    some = IndexReport(("a.txt", "b.txt"), empty=("b.txt",))
    assert render_report(some, width=80) == "2 added, 0 unchanged. 1 file holds no article text."
    assert render_report(some + some, width=80) == "4 added, 0 unchanged. 2 files hold no article text."


def test_report_does_not_list_thousands_of_failures() -> None:
    report = IndexReport(failed=tuple((f"{n}.txt", "unreadable") for n in range(2000)))
    lines = render_report(report, width=80).split("\n")
    assert len(lines) == 12
    assert lines[-1] == "  and 1,990 more (all of them with --json)"


@pytest.mark.parametrize("language", ["pt", "fr", "ar", "fa"])
def test_what_people_read_is_there_in_every_language(language: str) -> None:
    tables = load_toml("phrases.toml")
    english = {name: text for name, text in tables["en"].items() if name.startswith(("label_", "note_"))}
    assert len(english) > 25
    for name, text in english.items():
        said = tables[language][name]
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", text)), name
        assert said != text or name in {"label_comma", "label_in_en"}, name
