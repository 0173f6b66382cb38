"""Both pages in a real Chromium: at a desktop's and a phone's width, light and dark, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.monitoring.report.builders import alert_row, measure_rows, run_rows
from tests.monitoring.report.pages import full_page, settings_in
from triage.config import PROJECT
from triage.monitoring.report.index import write_index
from triage.monitoring.report.over_runs.points import points_of
from triage.monitoring.report.page import write_report

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHOTS = PROJECT / "var" / "test-output" / "report"
"""Screenshots for people to look at."""

LANGUAGES = ("en", "de")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = ("index.html", "run.html")


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


@pytest.fixture(scope="module", params=LANGUAGES)
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of 30 runs and a run's page, each run with a page."""
    folder = tmp_path_factory.mktemp(request.param)
    data = full_page(request.param)
    runs = run_rows(30)
    for name in (*(run["run_id"] for run in runs), data.past[-1].run_id, "index"):
        (folder / f"{name}.html").write_text("<!doctype html><title>a page", "utf-8")
    write_report(replace(data, run=replace(data.run, run_id="run")), folder)
    alerts = [alert_row(runs[-1]["run_id"], severity="critical"), alert_row(runs[3]["run_id"])]
    write_index(points_of(runs, measure_rows(runs), alerts), folder, settings_in(request.param))
    return folder


class Opened:
    """A page in a context of its own, with what it asked for and complained of."""

    def __init__(
        self, browser: Browser, place: Path | str, size: str, scheme: Literal["light", "dark"], **more: Any
    ) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.url = place if isinstance(place, str) else place.as_uri()
        self.page.goto(self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_page_stands_alone_and_is_fit_for_everybody(
    browser: Browser, reports: Path, name: str, size: str, scheme: Literal["light", "dark"]
) -> None:
    with Opened(browser, reports / name, size, scheme) as opened:
        page = opened.page
        SHOTS.mkdir(parents=True, exist_ok=True)
        language = page.get_attribute("html", "lang")
        page.screenshot(path=SHOTS / f"{name}-{language}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        for details in page.query_selector_all("details"):
            details.evaluate("one => one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert opened.complaints == []
        assert opened.requests == [opened.url]
        if language == "de" and (size, scheme) != ("desktop", "light"):
            return  # the same page with other words: what axe looks at is the same
        found = Axe().run(page)
        faults = [
            (fault["id"], fault["nodes"][0]["target"], fault["nodes"][0]["failureSummary"])
            for fault in found.response["violations"]
            if fault["impact"] in {"serious", "critical"}
        ]
        assert faults == []
        assert len(found.response["passes"]) > 20


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_every_link(browser: Browser, reports: Path, name: str) -> None:
    with Opened(browser, reports / name, "desktop", "light") as opened:
        page = opened.page
        wanted = set(page.evaluate("[...document.links].filter(a => a.tabIndex >= 0).map(a => a.href)"))
        drawn = set(page.evaluate("[...document.querySelectorAll('svg a')].map(a => a.href.baseVal)"))
        reached: set[str] = set()
        outlines = set()
        for _ in range(400):
            page.keyboard.press("Tab")
            link = page.evaluate("document.activeElement.href || ''")
            if page.evaluate("document.activeElement === document.body"):
                break
            outlines.add(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
            reached |= {link} if link else set()
        assert wanted <= reached
        assert {link.rsplit("/", 1)[-1] for link in reached} >= drawn
        assert outlines == {"solid"}


def test_the_first_stop_skips_to_the_content(browser: Browser, reports: Path) -> None:
    with Opened(browser, reports / "run.html", "desktop", "light") as opened:
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Enter")
        assert opened.page.evaluate("document.activeElement.id") == "content"


def test_arrow_keys_move_over_the_runs_of_a_chart(browser: Browser, reports: Path) -> None:
    with Opened(browser, reports / "index.html", "desktop", "light") as opened:
        page = opened.page
        plot = page.locator(".plot-area").first
        plot.focus()
        newest = page.locator(".readout").first.inner_text()
        page.keyboard.press("ArrowLeft")
        before = page.locator(".readout").first.inner_text()
        assert newest != before
        assert "2026" in before
        page.keyboard.press("Enter")
        page.wait_for_url("**/batches-000029-000029.html")


def test_a_heading_sorts_the_runs(browser: Browser, reports: Path) -> None:
    with Opened(browser, reports / "index.html", "desktop", "light") as opened:
        page = opened.page
        head = page.locator("#runs thead th").nth(2)
        column = "[...document.querySelectorAll('#runs tbody tr')].map(row => +row.cells[2].dataset.v)"
        for order, key in (("descending", -1), ("ascending", 1)):
            head.locator("button").click()
            values = page.evaluate(column)
            assert values == sorted(values, key=lambda value: key * value)
            assert head.get_attribute("aria-sort") == order


def test_index_leads_to_the_runs_without_script(browser: Browser, reports: Path) -> None:
    with Opened(browser, reports / "index.html", "desktop", "light", java_script_enabled=False) as opened:
        page = opened.page
        assert page.locator("#runs tbody tr").count() == 30
        hit = page.locator("svg a").first
        hit.click(force=True)
        page.wait_for_url("**/batches-000001-000001.html")
