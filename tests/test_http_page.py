"""The page of the server, driven in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from qa_plugin.http_server.reading import MOST_PAST
from qa_plugin.plugin import QAPlugin
from qa_plugin.settings import Settings
from tests.browsers import Watched, browser
from tests.conftest import REPOSITORY
from tests.fake_openai import FakeOpenAI
from tests.http_servers import ARTICLES, BRIDGE, DAYS, DEATHS, NOTHING, STRIKE, serving, write_articles
from tests.test_report import CONTRAST

DESK, PHONE = 1280, 390
TOKEN = "a-long-random-text"  # noqa: S105 - of this test


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QAPlugin]:
    folder = tmp_path_factory.mktemp("page")
    with QAPlugin(write_articles(folder / "articles"), store=folder / "store") as plugin:
        yield plugin


@pytest.fixture(scope="module")
def url(qa: QAPlugin) -> Iterator[str]:
    with serving(qa) as found:
        yield found


@contextmanager
def opened(chromium: Browser, url: str, *, width: int = DESK, **options: Any) -> Iterator[Page]:
    """A page that asks nobody but its server, and has nothing to complain of."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    found = Watched(context.new_page())
    yield found.page
    context.close()
    assert found.complaints == []
    assert [one for one in found.requests if not one.startswith((url, "about:"))] == []


@pytest.fixture
def page(chromium: Browser, url: str) -> Iterator[Page]:
    with opened(chromium, url) as found:
        go(found, url)
        yield found


def go(page: Page, url: str, **address: str) -> None:
    page.goto(f"{url}/?{urlencode(address)}" if address else f"{url}/")
    page.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)


def places(page: Page) -> dict[str, dict[str, float]]:
    """Where the parts of the page are, all at one moment."""
    found: dict[str, dict[str, float]] = page.evaluate(
        "() => Object.fromEntries(['reply', 'article'].map("
        "(id) => [id, document.getElementById(id).getBoundingClientRect().toJSON()]))"
    )
    return found


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_have_text(re.sub(r"\s+", " ", question))


# ---------------------------------------------------------------- asking


def test_a_question_its_answer_and_its_sources(page: Page, qa: QAPlugin) -> None:
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.locator("#destination")).to_have_text("All stays on this machine.")
    ask(page, STRIKE)
    expect(page.locator(".status")).to_have_text("Answered")
    expect(page.locator(".answer")).to_have_text("About 4,000 1")
    source = page.locator(".source")
    expect(source.locator(".title")).to_have_text("Rail strike")
    expect(source.locator("blockquote")).to_have_text(qa.ask(STRIKE).citations[0].quote)
    expect(source.locator("blockquote")).to_have_attribute("lang", "en")
    expect(source).to_contain_text("English · 2025-03-09 · agency/rail.en.txt")
    expect(page).to_have_title(f"{STRIKE} – Ask the news")
    expect(page).to_have_url(re.compile(r"\?q=How\+many\+drivers"))


def test_both_positions_of_a_disagreement(page: Page) -> None:
    ask(page, DEATHS)
    expect(page.locator(".status")).to_have_text("The sources disagree")
    positions = page.locator(".positions.disputed li")
    expect(positions).to_have_count(2)
    assert {text.split()[0] for text in positions.all_inner_texts()} == {"30", "41"}
    arabic = page.locator("blockquote[lang=ar]")
    assert arabic.evaluate("node => getComputedStyle(node).direction") == "rtl"
    expect(page.locator(".source")).to_have_count(2)


def test_what_is_not_in_the_sources(page: Page) -> None:
    ask(page, NOTHING)
    expect(page.locator(".status")).to_have_text("Not in the sources")
    expect(page.locator(".answer")).to_have_text("The sources do not answer this.")
    expect(page.locator(".mark")).to_have_count(0)


def test_filters_go_along(page: Page) -> None:
    page.get_by_text("Which sources may answer").click()
    page.get_by_label("Language").select_option("ar")
    ask(page, DEATHS)
    expect(page.locator(".source .about")).to_have_text(re.compile("verde.ar.txt"))
    expect(page).to_have_url(re.compile("language=ar"))


def test_a_question_goes_on_from_the_one_before(page: Page, url: str, chromium: Browser) -> None:
    expect(page.locator("#thread")).to_be_hidden()
    ask(page, DAYS)
    expect(page.locator(".understood")).to_have_count(0)
    expect(page.locator("#before")).to_have_text("The next question may go on from this one.")
    ask(page, "and who said so?")
    expect(page.locator(".status")).to_have_text("Answered")
    expect(page.locator(".answer")).to_contain_text("union")
    expect(page.locator(".understood")).to_contain_text("rail strike")
    expect(page.locator("#before")).to_have_text(f"After “{DAYS}”")
    with opened(chromium, url) as other:  # an address is shared with what its question leans on
        other.goto(page.url)
        expect(other.locator(".answer")).to_contain_text("union")
    ask(page, NOTHING)
    expect(page.locator("#before")).to_have_text(f"After “{DAYS}” · “and who said so?”")
    expect(page.locator(".understood")).to_have_count(0)
    page.go_back()
    expect(page.locator(".answer")).to_contain_text("union")
    page.get_by_role("button", name="New question").click()
    expect(page.locator("#thread")).to_be_hidden()
    expect(page.locator("#reply")).to_be_hidden()
    expect(page.get_by_label("Your question")).to_be_focused()
    assert page.url == f"{url}/"
    ask(page, "and who said so?")
    expect(page.locator(".status")).to_have_text("Not in the sources")


def test_what_cannot_be_asked_is_said(chromium: Browser, url: str) -> None:
    context = chromium.new_context()
    page = context.new_page()  # the browser itself complains of the 400
    go(page, url, q=DEATHS, date_from="soon")
    expect(page.get_by_role("status")).to_contain_text("write it as 2024")
    expect(page.get_by_label("Published from")).to_be_visible()
    context.close()


# ---------------------------------------------------------------- articles


def test_a_citation_opens_its_article_at_the_quote(page: Page, qa: QAPlugin) -> None:
    ask(page, DEATHS)
    arabic = next(citation for citation in qa.ask(DEATHS).citations if citation.language == "ar")
    mark = page.locator(".answer .mark", has_text=re.compile(f"^{arabic.id}$"))
    mark.click()
    article = page.get_by_role("region", name="Article")
    expect(article).to_be_focused()
    expect(article.locator("mark.chosen")).to_have_text(arabic.quote)
    expect(article.locator("mark.chosen")).to_be_in_viewport()
    expect(mark).to_have_attribute("aria-pressed", "true")
    text = article.locator(".text")
    assert text.evaluate("node => [node.lang, getComputedStyle(node).direction]") == ["ar", "rtl"]
    assert places(page)["article"]["left"] >= places(page)["reply"]["right"]  # beside it
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()
    expect(mark).to_be_focused()


def test_on_a_phone_the_article_is_below(chromium: Browser, url: str) -> None:
    with opened(chromium, url, width=PHONE) as page:
        go(page, url, q=DEATHS)
        page.locator(".answer .mark").first.click()
        expect(page.locator("#article")).to_be_visible()
        found = places(page)
        assert found["article"]["top"] >= found["reply"]["bottom"]
        expect(page.locator("mark.chosen")).to_be_in_viewport()
        page.get_by_role("button", name="Close").click()
        expect(page.locator(".answer .mark").first).to_be_in_viewport()


def test_offsets_count_code_points(page: Page, qa: QAPlugin) -> None:
    text = ARTICLES["agency/rail.en.txt"]
    start = text.index("The trains run")
    go(page, page.url.rstrip("/"), open="agency/rail.en.txt", at=f"{start}-{len(text)}")
    expect(page.locator("mark.chosen")).to_have_text("The trains run again.")


def test_the_address_of_an_annotation_shows_its_quote(page: Page, url: str) -> None:
    body = {"messages": [{"role": "user", "content": STRIKE}]}
    completion = page.request.post(f"{url}/v1/chat/completions", data=body).json()
    page.goto(completion["choices"][0]["message"]["annotations"][0]["url_citation"]["url"])
    expect(page.locator("mark.chosen")).to_have_text("Some 4,000 drivers took part in the rail strike.")


def test_an_article_that_is_gone_is_said(chromium: Browser, url: str) -> None:
    context = chromium.new_context()
    page = context.new_page()  # the browser itself complains of the 404
    go(page, url, open="gone.txt", at="0-5")
    expect(page.get_by_role("status")).to_have_text("There is no article 'gone.txt'.")
    context.close()


# ---------------------------------------------------------------- address and keys


def test_an_address_is_shared_and_gone_back_to(page: Page, url: str, chromium: Browser) -> None:
    ask(page, STRIKE)
    page.locator(".answer .mark").click()
    expect(page.locator("mark.chosen")).to_be_visible()
    with opened(chromium, url) as other:
        other.goto(page.url)
        expect(other.locator(".answer")).to_have_text("About 4,000 1")
        expect(other.locator("mark.chosen")).to_have_text("Some 4,000 drivers took part in the rail strike.")
    page.go_back()
    expect(page.locator("#article")).to_be_hidden()
    expect(page.locator(".answer")).to_have_text("About 4,000 1")
    page.go_back()
    expect(page.locator("#reply")).to_be_hidden()
    page.go_forward()
    expect(page.locator(".answer")).to_have_text("About 4,000 1")


def test_all_of_it_by_keyboard(page: Page) -> None:
    page.keyboard.type(STRIKE)
    page.keyboard.press("Enter")
    mark = page.locator(".answer .mark")
    expect(mark).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if mark.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("mark.chosen")).to_be_visible()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()


# ---------------------------------------------------------------- what may go wrong


def test_what_articles_hold_stays_text(page: Page, url: str) -> None:
    ask(page, BRIDGE)
    page.locator(".answer .mark").first.click()
    expect(page.locator("mark.chosen")).to_be_visible()
    assert "<img src=x onerror=alert(1)>" in page.locator("#article .text").inner_text()
    assert page.locator("main img, main script, main iframe").count() == 0
    assert page.evaluate("/[\\u202a-\\u202e\\u001b]/.test(document.body.innerText)") is False


def test_the_policy_lets_no_script_of_others_run(chromium: Browser, url: str) -> None:
    page = chromium.new_page()
    go(page, url)
    outcome = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          let refused = "";
          try { script.textContent = "window.taken = 1"; } catch (error) { refused = error.name; }
          document.body.append(script);
          const elsewhere = await fetch("http://127.0.0.2:9/").then(() => "sent", () => "stopped");
          return [refused, elsewhere, window.taken ?? null];
        }"""
    )
    assert outcome == ["TypeError", "stopped", None]
    page.close()


def test_a_server_with_a_token_asks_for_it(chromium: Browser, qa: QAPlugin) -> None:
    with serving(qa, token=TOKEN) as url:
        context = chromium.new_context()
        page = context.new_page()  # the browser itself complains of each 401
        go(page, url, q=STRIKE)
        for given, wanted in (("wrong", "That token is not this server's."), (TOKEN, "")):
            page.get_by_label("This server wants a token").fill(given)
            page.get_by_role("button", name="Go on").click()
            expect(page.get_by_role("status")).to_have_text(wanted)
        expect(page.locator(".answer")).to_have_text("About 4,000 1")
        page.locator(".answer .mark").click()
        expect(page.locator("mark.chosen")).to_be_visible()
        assert TOKEN not in page.url
        context.close()


def test_a_question_can_be_stopped(chromium: Browser, tmp_path: Any) -> None:
    with FakeOpenAI(chat="hang") as fake:
        settings = Settings(api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", translate="never")
        articles = write_articles(tmp_path / "articles")
        with (
            QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin,
            serving(plugin) as url,
            opened(chromium, url) as page,
        ):
            page.goto(url)
            page.get_by_label("Your question").fill(STRIKE)
            page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_have_text("Looking in the sources …")
            page.get_by_role("button", name="Stop").click()
            expect(page.get_by_role("status")).to_have_text("Stopped.")


def test_the_page_goes_back_to_as_many_questions_as_the_server() -> None:
    script = REPOSITORY / "qa_plugin" / "http_server" / "page" / "page.js"
    assert re.findall(r"^const MOST_PAST = (\d+);$", script.read_text("utf-8"), re.M) == [str(MOST_PAST)]


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_all_text_stands_out_and_fits(chromium: Browser, url: str, width: int, colours: str) -> None:
    with opened(chromium, url, width=width, color_scheme=colours) as page:
        for question in (DEATHS, NOTHING, BRIDGE):
            go(page, url, q=question)
            page.get_by_text("Which sources may answer").click()
            if page.locator(".open").count():
                page.locator(".open").first.click()
                expect(page.locator("#article")).to_be_visible()
            found = page.evaluate(CONTRAST)
            assert len(found) > 15
            assert [text for text in found if text[0] < 4.5] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
