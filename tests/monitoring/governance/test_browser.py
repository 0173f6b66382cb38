"""A record's page in a real Chromium: alone, within its width, and without a serious fault for a screen reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from tests.monitoring.governance.builders import IN_FORCE, MADE, TRACE
from triage.config import load_settings
from triage.monitoring.governance.document import Document
from triage.monitoring.governance.figures import LakeFigures
from triage.monitoring.governance.page import write_document
from triage.monitoring.governance.records.inventory import inventory
from triage.monitoring.governance.records.lineage import lineage
from triage.monitoring.governance.records.risk_facts import RiskFacts
from triage.monitoring.governance.records.risk_sheet import risk_sheet

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RECORDS = {
    "inventory": inventory(IN_FORCE, [], MADE),
    "lineage": lineage(TRACE, MADE),
    "risk sheet": risk_sheet(RiskFacts(load_settings(), IN_FORCE, [], LakeFigures(), ()), MADE),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install chromium, chromium-browser or google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_the_page_is_fit_for_everybody(
    browser: Browser, record: Document, width: int, scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    page_file = write_document(record, tmp_path)[0]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_file.as_uri())
    found = Axe().run(page).response
    faults = [fault["id"] for fault in found["violations"] if fault["impact"] in {"serious", "critical"}]
    assert faults == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert requests == [page_file.as_uri()]
    context.close()
