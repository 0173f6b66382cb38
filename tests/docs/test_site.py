"""The site: built without a warning, whole, with nothing from elsewhere, and fit for everybody in a real browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser

from tests.docs.examples import pages
from tests.monitoring.report.test_browser import SIZES, Opened
from tests.monitoring.report.test_browser import browser as browser  # noqa: PLC0414 # a fixture
from triage.config import PROJECT
from triage.environment.faults import UnsuitableMachine
from triage.environment.place import find_place
from triage.environment.site import run_docs

SHOTS = PROJECT / "var" / "test-output" / "site"
"""Screenshots for people to look at."""

LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("desktop", "light"), ("phone", "dark"))
LOOKED_AT = ("index.html", "concepts/design.html", "how_to/privacy_officer.html", "reference/python.html")
_LINKS = {"href", "src", "srcset", "data", "poster"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert run_docs(find_place(os.environ), ["--out", str(folder)], os.environ) == 0
    return folder


def test_every_page_is_in_it(site: Path) -> None:
    built = {str(page.relative_to(site).with_suffix("")) for page in site.rglob("*.html")}
    wanted = {str(page.relative_to(PROJECT / "docs").with_suffix("")) for page in pages()[1:]}
    renamed = {str(Path(name).with_name("index")) if Path(name).name == "README" else name for name in wanted}
    assert renamed | {"index", "404"} == built


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    documents = {page: html.parse(str(page)).getroot() for page in site.rglob("*.html") if page.name != "404.html"}
    anchors = {page: {*root.xpath("//@id"), *root.xpath("//a/@name")} for page, root in documents.items()}
    faults = []
    for page, root in documents.items():
        for element, name, link, _ in root.iterlinks():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                faults += [] if element.tag == "a" or parts.scheme == "data" else [(page.name, "loads", link)]
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if name in _LINKS and not target.exists():
                faults.append((page.name, "leads nowhere", link))
            elif parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]:
                faults.append((page.name, "no such heading", link))
    assert faults == []


def test_lists_and_tables_are_no_plain_paragraphs(site: Path) -> None:
    """GitHub begins a list without an empty line before it, mkdocs does not."""
    marks = ("- ", "* ", "1. ", "2. ", "|", "```")
    wrong = [
        (page.name, line)
        for page in site.rglob("*.html")
        for paragraph in html.parse(str(page)).getroot().xpath("//article//p")
        for line in paragraph.text_content().splitlines()
        if line.startswith(marks)
    ]
    assert wrong == []


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(UnsuitableMachine, match="something other than a site"):
        run_docs(find_place(os.environ), ["--out", str(tmp_path)], os.environ)
    assert (tmp_path / "letter.txt").read_text("utf-8") == "dear"


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=lambda word: word)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_is_fit_for_everybody(
    browser: Browser, served: str, name: str, size: str, scheme: Literal["light", "dark"]
) -> None:
    with Opened(browser, served + name, size, scheme) as opened:
        page = opened.page
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name.replace('/', '-')}-{size}-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert opened.complaints == []
        assert [url for url in opened.requests if not url.startswith((served, "data:", "blob:"))] == []
        found = Axe().run(page)
        faults = [
            (fault["id"], fault["nodes"][0]["target"], fault["nodes"][0]["failureSummary"])
            for fault in found.response["violations"]
            if fault["impact"] in {"serious", "critical"}
        ]
        assert faults == []


@pytest.mark.slow
def test_the_search_finds_a_setting(browser: Browser, served: str) -> None:
    with Opened(browser, served, "desktop", "light") as opened:
        page = opened.page
        page.fill("input.md-search__input", "legal_holds")
        page.wait_for_selector(".md-search-result__item a")
        links = page.eval_on_selector_all(".md-search-result__item a", "found => found.map(one => one.href)")
        assert any("reference/settings.html" in link for link in links)
        assert all(url.startswith((served, "data:", "blob:")) for url in opened.requests)
