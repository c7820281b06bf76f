"""The page of a run, driven in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import Run, grade
from qa_plugin.evaluation.report import write_report
from qa_plugin.evaluation.report.differences import difference_intervals
from tests import report_runs as runs
from tests.browsers import Watched, browser

DESK, PHONE = 1280, 390
BASELINE = {"figures": {"correct": {"value": 0.9, "/ar": 1.0}, "hit@1": 0.5, "abstention": "unknown"}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@contextmanager
def watched(chromium: Browser, *, width: int = DESK, **options: Any) -> Iterator[Watched]:
    """A page that asks for nothing but its own file, and has nothing to complain of."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    found = Watched(context.new_page())
    yield found
    context.close()
    assert found.complaints == []
    assert [url for url in found.requests if not url.startswith("file:")] == []
    assert len(found.requests) <= 1


@pytest.fixture
def page(chromium: Browser) -> Iterator[Watched]:
    with watched(chromium) as found:
        yield found


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Of both runs and a baseline."""
    path = tmp_path / "report.html"
    earlier = runs.run_of(runs.BEFORE, version="1.0")
    write_report(runs.run_of(runs.NOW), path, runs.text_of, against=earlier, baseline=BASELINE)
    return path


def ids(page: Page) -> list[str]:
    return [str(row.get_attribute("data-id")) for row in page.locator("tr.case").all()]


def opened(page: Page, name: str) -> Locator:
    """The detail beneath a case's row, after its button was pressed."""
    row = page.locator(f'tr.case[data-id="{name}"]')
    row.locator("button.opener").click()
    return page.locator(f"#{row.locator('button.opener').get_attribute('aria-controls')}")


# ---------------------------------------------------------------- figures


def test_headline_says_value_and_change_in_words(page: Watched, report: Path) -> None:
    shown = page.open(report)
    card = shown.locator(".card").filter(has=shown.get_by_role("heading", name="correct", exact=True))
    expect(card).to_contain_text("50.0 %")
    expect(card).to_contain_text("▼ −40.0 points worse")
    expect(card).to_contain_text("may be chance")  # of four answers
    expect(card).to_contain_text("baseline 90.0 %")
    expect(shown.locator(".outcome-counts li")).to_contain_text(["right 2", "flawed 1", "wrong 1", "error 1"])


def test_all_figures_of_the_run_are_in_the_table(page: Watched, report: Path) -> None:
    shown = page.open(report)
    shown.get_by_text("All figures", exact=True).first.click()
    named = set(shown.locator("#headline table.figures code").all_inner_texts())
    values = runs.run_of(runs.NOW).figures.values
    assert named == {name for name in values if not set("/: ") & set(name)}


def test_a_cell_of_the_heat_map_leads_to_its_cases(page: Watched, report: Path) -> None:
    shown = page.open(report)
    shown.get_by_role("button", name=re.compile("English questions, Arabic articles")).click()
    assert ids(shown) == ["toll"]
    expect(shown.locator("#languages caption")).to_contain_text("hit@1")
    shown.locator("#languages select").select_option("hit@10")
    expect(shown.locator("#languages caption")).to_contain_text("hit@10")


def test_bars_by_type_and_by_language(page: Watched, report: Path) -> None:
    shown = page.open(report)
    assert set(shown.locator("#types tbody th").all_inner_texts()) == {"count", "who", "where"}
    shown.get_by_label("Groups").select_option("language")
    assert set(shown.locator("#types tbody th").all_inner_texts()) == {"English", "Arabic", "Persian"}
    assert shown.locator("#types .tick").count() == 1  # the baseline knows Arabic alone
    shown.locator("#types").get_by_role("button", name="Arabic").click()
    assert ids(shown) == ["toll-ar"]


def test_curves_say_in_words_what_they_show(page: Watched, report: Path) -> None:
    shown = page.open(report)
    times = shown.locator("#latency svg[role=img]")
    assert "half within 25.0 ms, 95 of 100 within 81.0 ms" in str(times.get_attribute("aria-label"))
    assert {"p50 25.0 ms", "p95 81.0 ms"} <= set(times.locator("text").all_text_contents())
    assert shown.locator("#confidence svg[role=img] path").count() == 4


# ---------------------------------------------------------------- cases


@pytest.mark.parametrize(
    ("label", "value", "left"),
    [
        ("Outcome", "failed", ["toll-ar", "broken"]),
        ("Outcome", "passed", ["toll", "minister", "scorer"]),
        ("Outcome", "faulty", ["scorer"]),
        ("Question in", "fa", ["scorer"]),
        ("Article in", "fa", ["scorer", "broken"]),
        ("Type", "count", ["toll", "toll-ar"]),
        ("Status", "not_in_sources", ["minister"]),
        ("Lost", "correct", ["toll-ar", "broken"]),
        ("Changed", "fell", ["toll-ar"]),
    ],
)
def test_a_filter_is_in_the_address(page: Watched, report: Path, label: str, value: str, left: list[str]) -> None:
    shown = page.open(report)
    assert len(ids(shown)) == len(runs.QUESTIONS)
    shown.get_by_label(label, exact=True).select_option(value)
    assert ids(shown) == left
    told = f"{'toll-ar' in left:d} of them wrong" + (", 1 without an answer" if "broken" in left else "")
    expect(shown.get_by_role("status")).to_have_text(f"{len(left)} of 5 cases, {told}")
    expect(shown).to_have_url(re.compile("#"))
    again = page.open(report, str(shown.evaluate("location.hash")))
    assert ids(again) == left
    again.get_by_role("button", name="Clear").click()
    assert len(ids(again)) == len(runs.QUESTIONS)


def test_search_folds_case_and_accents_and_looks_into_answers(page: Watched, report: Path) -> None:
    shown = page.open(report)
    for words, left in {
        "MAYOR": [],
        "reza karimi": ["scorer"],
        "a DIT le": ["minister"],
        "no reply": ["broken"],
    }.items():
        shown.get_by_label("Search").fill(words)
        assert ids(shown) == left, words


def test_order_goes_both_ways_and_is_told(page: Watched, report: Path) -> None:
    shown = page.open(report)
    time = shown.locator("th.col-ms")
    time.get_by_role("button").click()
    assert ids(shown) == ["minister", "toll", "scorer", "toll-ar", "broken"]
    expect(time).to_have_attribute("aria-sort", "ascending")
    time.get_by_role("button").click()
    assert ids(shown)[:4] == ["toll-ar", "scorer", "toll", "minister"]
    expect(time).to_have_attribute("aria-sort", "descending")


def test_a_case_opens_by_keyboard_and_by_its_address(page: Watched, report: Path) -> None:
    shown = page.open(report, "#outcome=failed")
    opener = shown.locator("button.opener").first
    opener.focus()
    shown.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(shown.locator("tr.opened .why").first).to_be_visible()
    expect(shown).to_have_url(re.compile("open=toll-ar"))
    again = page.open(report, str(shown.evaluate("location.hash")))
    expect(again.locator("tr.opened .why").first).to_be_visible()
    again.locator("button.opener").first.press("Space")
    expect(again.locator("tr.opened .why").first).to_be_hidden()


def test_a_case_shows_quotes_gold_and_hits(page: Watched, report: Path) -> None:
    detail = opened(page.open(report), "toll")
    quote = detail.locator(".block").first.locator("blockquote")
    assert quote.locator("mark.cited").inner_text() == runs.DEAD_IN_ARABIC
    expect(quote).to_have_attribute("lang", "ar")
    assert quote.evaluate("node => getComputedStyle(node).direction") == "rtl"
    gold = detail.locator(".gold-block")
    expect(gold).to_contain_text("sixty-one")
    expect(gold).to_contain_text("the mayor's count")
    passage = detail.locator("details.passage").first
    expect(passage.locator("summary .tag")).to_have_text(["gold file", "gold quote", "cited", "used"])
    passage.locator("summary").click()
    mark = passage.locator(".passage-text mark")
    assert mark.inner_text() == runs.DEAD_IN_ARABIC
    expect(mark).to_have_class("gold cited best")


def test_what_is_wrong_is_said(page: Watched, report: Path) -> None:
    shown = page.open(report)
    expect(opened(shown, "toll-ar").locator(".why")).to_contain_text("neither an accepted form nor the value")
    expect(opened(shown, "broken").locator(".fault")).to_have_text("ModelError: no reply")


def test_offsets_count_code_points(page: Watched, report: Path) -> None:
    detail = opened(page.open(report), "toll-ar")
    passage = detail.locator("details.passage").filter(has_text=runs.ENGLISH)
    passage.locator("summary").click()
    assert passage.locator(".passage-text mark.gold").inner_text() == runs.DEAD


def test_two_runs_side_by_side(page: Watched, report: Path) -> None:
    shown = page.open(report)
    fell, rose = shown.locator(".changes.fell"), shown.locator(".changes.rose")
    expect(fell.locator("h3")).to_have_text("▼ Fell: 1")
    expect(rose.locator("h3")).to_have_text("▲ Rose: 1")
    fell.locator("summary").first.click()
    expect(fell.locator(".answer")).to_have_text(["88 [1]", "61 [1]"])
    shown.get_by_label("Questions by").select_option("hit@1")
    expect(shown.locator(".changes.fell h3")).to_have_text("▼ Fell: 1")
    shown.get_by_text("Figures side by side").click()
    row = shown.locator("#comparison table.figures tr").filter(has_text=re.compile("^ms[^_]"))
    low, high = difference_intervals(runs.run_of(runs.NOW).cases, runs.run_of(runs.BEFORE).cases)["ms"]
    expect(row.locator("td")).to_have_text(
        [
            *("25.0 ms", "35.0 ms", "▼ −10.0 ms better, may be chance"),
            f"−{-low:.1f} ms … +{high:.1f} ms",
        ]
    )


def test_what_has_not_moved_says_so_in_signs_of_every_font(page: Watched, tmp_path: Path) -> None:
    now = runs.run_of(runs.NOW)
    write_report(now, tmp_path / "same.html", runs.text_of, against=now)
    verdicts = page.open(tmp_path / "same.html").locator("#comparison .verdict")
    assert verdicts.count() > 20
    assert set(verdicts.all_text_contents()) == {"= same"}


def test_without_another_run_there_is_no_comparison(page: Watched, tmp_path: Path) -> None:
    write_report(runs.run_of(runs.NOW), tmp_path / "one.html", runs.text_of)
    shown = page.open(tmp_path / "one.html")
    expect(shown.locator("#comparison")).to_be_hidden()
    assert shown.locator(".verdict").count() == 0


def test_a_run_without_cases_has_a_page(page: Watched, tmp_path: Path) -> None:
    write_report(runs.run_of([], []), tmp_path / "none.html", runs.text_of)
    expect(page.open(tmp_path / "none.html").get_by_role("status")).to_contain_text("0 of 0 cases")


# ---------------------------------------------------------------- looks


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !node.checkVisibility() || node.closest("script")) continue;
    const style = getComputedStyle(node);
    const ink = node.closest("svg") ? style.fill : style.color;
    const [low, high] = [light(ink), light(ground(node))].sort((one, two) => one - two);
    found.push([(high + 0.05) / (low + 0.05), node.className || node.tagName, texts.currentNode.textContent]);
  }
  return found;
}"""


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_all_text_stands_out_and_fits(chromium: Browser, report: Path, width: int, colours: str) -> None:
    with watched(chromium, width=width, color_scheme=colours) as page:
        shown = page.open(report, "".join(f"&open={case['id']}" for case in runs.QUESTIONS).replace("&", "#", 1))
        for summary in shown.locator("summary:visible").all():
            summary.click()
        found = shown.evaluate(CONTRAST)
        assert len(found) > 200
        assert [text for text in found if text[0] < 4.5] == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_the_switch_overrules_the_system_and_is_kept(page: Watched, report: Path) -> None:
    shown = page.open(report)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(ground)
    shown.get_by_label("Colours").select_option("dark")
    dark = shown.evaluate(ground)
    assert light != dark
    assert page.open(report).evaluate(ground) == dark


def test_landmarks_and_heads(page: Watched, report: Path) -> None:
    shown = page.open(report)
    for role in ("banner", "navigation", "main", "contentinfo", "search"):
        assert shown.locator("body").get_by_role(role).count() == 1, role
    regions = shown.locator("main section[aria-labelledby]:visible")
    assert regions.count() == 7
    for region in regions.all():
        assert shown.locator(f"#{region.get_attribute('aria-labelledby')}").inner_text()
    assert shown.locator("thead th:not([scope])").count() == 0


# ---------------------------------------------------------------- what others wrote


HOSTILE = "</script><script>window.taken=1</script><img src=x onerror='window.taken=1'>"
HIDDEN = "pay \u202e2000\u202c now\u0000\u0007 \ud800 end \u2028 <!-- & "


def hostile_run() -> Run:
    one = runs.question(HOSTILE, HOSTILE + HIDDEN, "en", "count", answer=HOSTILE, accept=[HOSTILE], notes=HIDDEN,
                        sources=[HOSTILE], tags=[HOSTILE], quotes=[{"source": HOSTILE, "quote": HIDDEN}])  # fmt: skip
    quoted = {"id": 1, "source": HOSTILE, "language": 'en" onload="x', "quote": HIDDEN, "start": 0, "end": len(HIDDEN)}
    reply = runs.answer("answered", HIDDEN + HOSTILE, confidence=0.5, ms=5)
    reply |= {"citations": [quoted], "warnings": [HOSTILE]}
    reply["retrieved"] = [{"source": HOSTILE, "start": 0, "end": len(HIDDEN), "best": [0, 5], "score": 1, "used": True}]
    figures = grade([one], [reply], lambda _: HIDDEN)
    return Run(runs.system(HOSTILE), figures.cases)


def test_what_others_wrote_stays_text(page: Watched, tmp_path: Path) -> None:
    write_report(hostile_run(), tmp_path / "hostile.html", lambda _: HIDDEN)
    shown = page.open(tmp_path / "hostile.html")
    detail = opened(shown, HOSTILE.replace('"', '\\"'))
    detail.locator("details.passage summary").click()
    text = detail.inner_text()
    assert HOSTILE in text
    for code in ("U+202E", "U+202C", "U+0000", "U+0007", "U+D800"):
        assert code in text
    assert shown.evaluate("window.taken") is None
    assert shown.locator("img, iframe, object, link").count() == 0
    assert shown.locator("script").count() == 2
    assert shown.evaluate("/[\\u202a-\\u202e\\u0000]/.test(document.body.innerText)") is False


def test_the_file_holds_nothing_that_an_editor_or_parser_trips_over(tmp_path: Path) -> None:
    write_report(hostile_run(), tmp_path / "hostile.html", lambda _: HIDDEN)
    text = (tmp_path / "hostile.html").read_bytes().decode("utf-8")
    assert re.findall("[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2028\u2029]", text) == []
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not {name for name, _ in attrs} & {"src", "style"}
            assert all(str(value).startswith("#") for name, value in attrs if name == "href")

    Tags().feed(text)
    assert tags.count("script") == 2
    assert "img" not in tags


def test_the_policy_stops_what_would_get_in(chromium: Browser, report: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    Watched(page).open(report)
    outcome = page.evaluate(
        """async (address) => {
          const image = new Image();
          image.src = address + "image";
          const script = document.createElement("script");
          let refused = "";
          try { script.textContent = "window.taken = 1"; } catch (error) { refused = error.name; }
          document.body.append(script);
          const plain = await fetch(address + "fetch").then(() => "sent", () => "stopped");
          await new Promise((done) => { image.onerror = image.onload = done; setTimeout(done, 500); });
          return [refused, plain, window.taken ?? null];
        }""",
        f"http://127.0.0.1:{server.server_port}/",
    )
    page.close()
    server.shutdown()
    server.server_close()
    assert outcome == ["TypeError", "stopped", None]
    assert asked == []


# ---------------------------------------------------------------- long runs


def test_a_long_run_opens_soon_and_holds_each_text_once(page: Watched, tmp_path: Path) -> None:
    sources = [f"article-{number}.en.txt" for number in range(100)]
    texts = {source: f"{source} " + "Words of an article, one after another. " * 60 for source in sources}
    questions, answers = [], []
    for number in range(500):
        held = [sources[(number * 7 + step) % 100] for step in range(20)]
        spans = [{"source": one, "start": 0, "end": len(texts[one]), "best": [0, 60], "score": 1.0} for one in held]
        questions.append(
            runs.question(f"q{number}", f"Question {number}?", "en", "count", value=number, sources=held[:1])
        )
        answers.append({**runs.answer("answered", str(number), confidence=0.5, ms=number + 1), "retrieved": spans})
    path = tmp_path / "long.html"
    figures = grade(questions, answers, lambda source: texts[source])
    write_report(Run(runs.system("1"), figures.cases), path, lambda source: texts[source])
    written = path.read_text("utf-8")
    assert written.count(f"{sources[3]} Words") == 1
    assert len(written) < 1.5 * sum(map(len, texts.values())) + 500 * 2500
    shown = page.open(path)
    assert shown.evaluate("performance.now()") < 5_000
    assert len(ids(shown)) == 100
    for many in (200, 300, 400, 500):
        shown.evaluate("void scrollTo(0, document.body.scrollHeight)")
        expect(shown.locator("tr.case").nth(many - 1)).to_be_attached()
    expect(shown.locator("button.more")).to_be_hidden()


# ---------------------------------------------------------------- differences


def test_a_change_of_every_case_is_certain_however_cases_differ() -> None:
    before = [
        {**one, "timings_ms": {"total": float(10 ** (number % 4))}} for number, one in enumerate(runs.BEFORE[:4] * 10)
    ]
    now = [{**one, "timings_ms": {"total": one["timings_ms"]["total"] + 5}} for one in before]
    questions = [{**one, "id": f"{one['id']} {number}"} for number, one in enumerate(runs.QUESTIONS[:4] * 10)]
    found = difference_intervals(runs.run_of(now, questions).cases, runs.run_of(before, questions).cases)
    assert found["ms"] == (5.0, 5.0)
    assert found["correct"] == (0.0, 0.0)


def test_the_difference_counts_cases_of_both_runs_only() -> None:
    now, before = runs.run_of(runs.NOW).cases, runs.run_of(runs.BEFORE).cases
    assert difference_intervals(now, ()) == {}
    assert difference_intervals(now, before[1:2])["correct"] == (-1.0, -1.0)


# ---------------------------------------------------------------- what is refused


def test_runs_of_different_questions_are_not_compared(tmp_path: Path) -> None:
    now, other = runs.run_of(runs.NOW), runs.run_of(runs.BEFORE, digest="another")
    with pytest.raises(SettingsError, match="of different questions or articles"):
        write_report(now, tmp_path / "report.html", runs.text_of, against=other)
    assert not (tmp_path / "report.html").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot write the report .*nowhere.*report\.html"):
        write_report(runs.run_of(runs.NOW), tmp_path / "nowhere" / "report.html", runs.text_of)
