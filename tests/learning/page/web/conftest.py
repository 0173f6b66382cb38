from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.learning.page.builders import ADA, BOB, item, mail
from triage.learning.page.desk.desk import Desk, Reviewer
from triage.learning.page.desk.items import Item, Mail
from triage.learning.page.desk.journal import Answer, Journal
from triage.learning.page.desk.lake_items import LakeItems
from triage.learning.page.desk.service import Service
from triage.learning.page.links import Links
from triage.learning.page.web.app import create_app
from triage.learning.page.web.guard import Access
from triage.learning.page.why.reasons import Reason

HOST = "localhost"
SECRET = b"k" * 32


class Why:
    """Explains every item by the same terms."""

    def prepare(self, items: Sequence[Item]) -> None:
        pass

    def reasons(self, item: Item, mail: Mail) -> Sequence[Reason]:
        return [Reason("text", "invoice", 0.5), Reason("subject", "again", -0.25), Reason("sign", "a_rule", None)]


class Site:
    """The page over given items, as a browser that Ada's link opened sees it."""

    def __init__(
        self, journal: Journal, desk: Desk, items: Sequence[Item], mails: Sequence[Mail], reason_chars: int
    ) -> None:
        found = LakeItems(tuple(items), {one.mail_key: one for one in mails}, ())
        self.written: list[Answer] = []
        self.service = Service(journal, desk, lambda: found, self._write, Why())
        self.service.refresh()
        self.links = Links((ADA, BOB), SECRET)
        self.app = create_app(self.service, Access(self.links, {HOST}, False, 12), reason_chars=reason_chars)
        self.client = self.browser()

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def enter(self, who: int = 0) -> TestResponse:
        return self.client.get(f"/t/{self.links.token(self.links.reviewers[who])}")

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/").text)
        assert found
        return found[1]

    def post(self, path: str, headers: Mapping[str, str] | None = None, **form: str) -> TestResponse:
        """What the page's own form sends: its token, and the headers that a browser adds."""
        own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data={"csrf": self.csrf(), **form}, headers={**own, **(headers or {})})

    def undo(self, who: Reviewer = ADA) -> TestResponse:
        """Takes the person's last answer back, as the page shows it."""
        last = self.service.desk.last(who)
        return self.post("/undo", correction=last.correction_id if last else "")

    def _write(self, answers: Sequence[Answer]) -> Mapping[str, str]:
        self.written += answers
        return {}


@pytest.fixture
def make_site(journal: Journal, desk: Desk) -> Callable[..., Site]:
    def make(items: Sequence[Item], *mails: Any, reason_chars: int = 500) -> Site:
        return Site(journal, desk, items, mails or [mail(number) for number in range(10)], reason_chars)

    return make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    opened = make_site([item(1), item(2), item(3)])
    opened.enter()
    return opened
