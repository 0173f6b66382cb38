"""The page in a real Chromium: by keyboard alone, on a phone, light and dark, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any, Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from waitress.server import create_server

from tests.learning.page.builders import item, mail
from tests.learning.page.web.conftest import Site
from triage.config import PROJECT
from triage.learning.page.hosts import Place
from triage.learning.page.web.app import create_app
from triage.learning.page.web.guard import Access

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHOTS = PROJECT / "var" / "test-output" / "review"
"""Screenshots for people to look at."""

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BODY = (
    "Dear <PERSON_aaaaaa_0123456789abcdef>,\n\nthe invoice of last month names an order that we cancelled. "
    "Please send it again without that line, and tell us when the money comes back.\n\n"
    "Kind regards\n<PERSON_aaaaaa_fedcba9876543210>\n\n"
    "On Monday <PERSON_aaaaaa_0123456789abcdef> wrote:\n> Here is your invoice.\n> It is due in two weeks.\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install chromium, chromium-browser or google-chrome")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error as fault:  # a package that only points elsewhere, as Ubuntu's
            pytest.skip(f"{CHROMIUM} does not start on this machine ({type(fault).__name__})")
        yield browser
        browser.close()


class Served:
    """A site on a port of the loopback, and browsers that look at it; `complaints` of all of them."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.complaints: list[str] = []
        hosts: set[str] = set()
        app = create_app(site.service, Access(site.links, hosts, False, 12), reason_chars=500)
        self._server = cast("Any", create_server(app, host="127.0.0.1", port=0))
        port = int(self._server.effective_port)
        hosts |= Place("127.0.0.1").hosts(port)
        self.base = f"http://127.0.0.1:{port}"
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()
        self._contexts: list[BrowserContext] = []

    def open(
        self, who: int = 0, *, size: str = "desktop", scheme: Literal["light", "dark"] = "light", language: str = "en"
    ) -> Page:
        width, height = SIZES[size]
        viewport: Any = {"width": width, "height": height}
        context = self._browser.new_context(viewport=viewport, color_scheme=scheme, locale=language)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._check(request.url))
        page.goto(f"{self.base}/t/{self.site.links.token(self.site.links.reviewers[who])}")
        page.wait_for_url(f"{self.base}/")
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._server.close()

    def labels(self) -> dict[str, str]:
        return {one.item_id: one.label for one in self.site.service.desk.answers()}

    def _check(self, url: str) -> None:
        if not url.startswith(self.base):
            self.complaints.append(f"asked for {url}")


@pytest.fixture
def served(make_site: Callable[..., Site], browser: Browser) -> Iterator[Served]:
    items = [item(1), item(2), item(3), item(4, blind=True), item(5)]
    site = make_site(
        items, *(mail(number, body=BODY, terms=frozenset({5, 6, 7, number + 50})) for number in range(1, 6)), mail(9)
    )
    opened = Served(site, browser)
    yield opened
    opened.close()
    assert opened.complaints == []


def press(page: Page, key: str, then: str) -> None:
    """Presses a key and waits for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)
    assert then in page.url


def test_ten_keys_review_five_mails(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    press(page, "a", "said=saved")
    expect(page.locator("#said")).to_contain_text("Saved. Last: billing")
    press(page, "2", "said=saved")
    assert served.labels() == {"item-1": "billing", "item-2": "sales"}
    press(page, "u", "/item/item-2?said=undone")
    press(page, "3", "said=saved")
    press(page, "s", "said=skipped")
    expect(page.locator(".suggestion")).to_have_text("Decide without a suggestion")
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert "item-4" not in served.labels()  # there is nothing to accept where nothing is suggested
    expect(page.locator("#said")).to_have_text("There is no suggestion to accept here: press the key of a label.")
    press(page, "8", "said=saved")
    press(page, "Enter", "/?done=1")
    wanted = {"item-1": "billing", "item-2": "hr", "item-4": "facilities", "item-5": "billing"}
    assert served.labels() == wanted
    expect(page.get_by_role("status")).to_contain_text("Nothing is left for you")


def test_back_and_next_lead_through_earlier_answers(served: Served) -> None:
    page = served.open()
    for key, then in (("Enter", "/review"), ("1", "saved"), ("2", "saved"), ("b", "item-2"), ("ArrowLeft", "item-1")):
        press(page, key, then)
    expect(page.locator(".given")).to_have_text("Your answer: billing")
    press(page, "ArrowRight", "item-2")
    press(page, "n", "/review")
    expect(page.locator("h1")).to_contain_text("3")


def test_tab_and_enter_alone_are_enough_and_focus_shows(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    reached, outlines = set(), set()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.add(page.evaluate("document.activeElement.textContent.trim().split(/\\s+/).slice(-2).join(' ')"))
        outlines.add(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert outlines == {"solid"}
    assert any("Accept" in one for one in reached)
    assert any("Skip" in one for one in reached)
    page.get_by_role("button", name="sales").focus()
    press(page, "Enter", "said=saved")
    assert served.labels() == {"item-1": "sales"}


def test_a_letter_in_the_reason_is_a_letter(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    page.keyboard.press("r")
    page.keyboard.type("as u say 2")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert served.labels() == {}
    page.keyboard.press("Escape")
    press(page, "2", "said=saved")
    ((_, given),) = served.site.service.journal.pending()
    assert (given.label, given.reason) == ("sales", "as u say 2")


def test_the_help_shows_the_keys_and_can_turn_them_off(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("a")
    assert served.labels() == {}
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert served.labels() == {}


def test_a_key_pressed_twice_answers_one_mail(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    with page.expect_navigation():
        page.evaluate("for (const one of [1, 2, 3]) document.querySelector('[data-key=\"2\"]').click()")
    page.wait_for_timeout(300)
    assert served.labels() == {"item-1": "sales"}


def test_quotes_are_folded_until_q(served: Served) -> None:
    page = served.open()
    press(page, "Enter", "/review")
    quote = page.locator("details .text").last
    expect(quote).to_be_hidden()
    page.keyboard.press("q")
    expect(quote).to_be_visible()


def test_two_people_see_different_mails(served: Served) -> None:
    pages = [served.open(who) for who in (0, 1)]
    for page in pages:
        press(page, "Enter", "/review")
    assert len({page.locator("h1").inner_text() for page in pages}) == 2


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_fit_for_everybody(
    served: Served, size: str, scheme: Literal["light", "dark"], language: str
) -> None:
    page = served.open(size=size, scheme=scheme, language=language)
    SHOTS.mkdir(parents=True, exist_ok=True)
    steps = (("overview", ""), ("review", "Enter"), ("saved", "2"), ("given", "b"), ("blind", "n"))
    for name, key in steps:
        if key:
            press(page, key, "/")
        if name == "blind":
            press(page, "1", "saved")
            press(page, "1", "saved")
        assert page.get_attribute("html", "lang") == language
        page.screenshot(path=SHOTS / f"{name}-{language}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        for details in page.query_selector_all("details"):
            details.evaluate("one => one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert faults_of(page) == []


def faults_of(page: Page) -> list[tuple[str, Any, str]]:
    """What axe finds serious; run past the page's own policy, which forbids foreign scripts."""
    found = Axe().run(page)
    assert len(found.response["passes"]) > 15
    return [
        (fault["id"], fault["nodes"][0]["target"], fault["nodes"][0]["failureSummary"])
        for fault in found.response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]


def test_fingers_hit_the_buttons_of_a_phone(served: Served) -> None:
    page = served.open(size="phone")
    page.get_by_role("link", name="Start reviewing").click()
    page.wait_for_url("**/review")
    heights = page.evaluate(
        "[...document.querySelectorAll('.labels button, .actions button')].map(one => one.offsetHeight)"
    )
    assert min(heights) >= 44
    bar = page.locator(".actions").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == SIZES["phone"][1]  # the thumb's place, whatever the mail's length
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**said=saved")
    assert served.labels() == {"item-1": "billing"}
