"""What the pages show, hide, and do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.learning.page.builders import ADA, BOB, item, mail
from tests.learning.page.web.conftest import Site

MakeSite = Callable[..., Site]
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</div></article><form action=//evil>",
    "{{ 7*7 }}{% raw %}",
    "<PERSON_aaaaaa_0123456789abcdef><script>",
    "javascript:alert(1)",
)


def shown(site: Site) -> str:
    return site.client.get("/review").text


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("field", ["subject", "body", "sender", "attachments"])
def test_a_mail_is_text_whatever_it_says(make_site: MakeSite, field: str, attack: str) -> None:
    value = (attack,) if field == "attachments" else attack
    site = make_site([item(1)], mail(1, **{field: value}))
    site.enter()
    html = shown(site)
    assert not re.search(r"<(?!span class=\"chip\")[^>]*(alert|evil)", html)
    assert html.count("<script") == 1
    assert "<svg" not in html
    assert "49" not in re.findall(r"<article.*?</article>", html, re.DOTALL)[0].replace("#34;", "")


def test_an_item_shows_mail_suggestion_scores_and_why(site: Site) -> None:
    html = shown(site)
    assert "<mark>Invoice</mark> 1" in html
    assert "an older mail" in html
    assert '<details class="quote">' in html
    assert re.search(r"Suggested</span> <b>billing</b> <span>50", html)
    assert html.count('data-key="') >= 8
    assert "<mark>invoice</mark>" in html
    assert "+0.50" in html
    assert "−0.25" in html
    assert "a rule" in html
    assert re.search(r'name="label" value="billing" class="primary" data-key="a Enter"', html)


@pytest.mark.parametrize("purpose", ["audit", "gold_question", "uncertain", "disagreement", "new_cluster"])
def test_no_page_says_what_an_item_is_for(make_site: MakeSite, purpose: str) -> None:
    site = make_site([item(1, purpose=purpose, blind=True)])
    site.enter()
    reference = shown(site)
    assert purpose not in reference
    assert "audit" not in reference.lower()


def test_blind_items_of_all_purposes_look_alike(make_site: MakeSite) -> None:
    pages = set()
    for purpose in ("audit", "gold_question", "uncertain"):
        site = make_site([item(1, purpose=purpose, blind=True)])
        site.enter()
        pages.add(re.sub(r'name="csrf" value="[^"]+"', "", shown(site)))
    assert len(pages) == 1


def test_a_blind_item_shows_neither_suggestion_nor_scores_nor_why_nor_near_mails(make_site: MakeSite) -> None:
    items = [item(1), item(2, blind=True)]
    site = make_site(items)
    site.enter()
    site.post("/answer", item="item-1", label="sales")
    html = shown(site)
    assert "Invoice 2" in html
    for hidden in ("Suggested", "50.0", "<mark>", "Decided before", 'data-key="a Enter"', 'class="suggested"'):
        assert hidden not in html
    site.post("/answer", item="item-2", label="hr")
    again = site.client.get("/item/item-2").text
    assert "Suggested" not in again  # an answer can be undone, so what would bias it is not told afterwards either


def test_near_mails_that_were_decided_are_shown_with_their_label(make_site: MakeSite) -> None:
    near = mail(1, terms=frozenset({5, 6, 7}))
    site = make_site([item(1), item(2)], near, mail(2, terms=frozenset({5, 6, 7, 8})), mail(3, terms=frozenset({9})))
    site.enter()
    site.post("/answer", item="item-1", label="sales")
    assert re.search(r"Decided before.*<b>sales</b> <span>Invoice 1</span>", shown(site), re.DOTALL)


def test_an_answer_is_in_the_journal_before_the_page_says_saved(site: Site) -> None:
    response = site.post("/answer", item="item-1", label="customer_service", reason=" asks for an offer ")
    (given,) = (one for _, one in site.service.journal.pending())
    assert (given.label, given.reason, given.who) == ("customer_service", "asks for an offer", "Ada")
    assert response.headers["Location"] == "/review?said=saved"
    page = site.client.get(response.headers["Location"]).text
    assert "Saved." in page
    assert "Last: customer service" in page
    assert "<mark>Invoice</mark> 2" in page


def test_undo_leads_back_to_the_item(site: Site) -> None:
    site.post("/answer", item="item-1", label="sales")
    response = site.undo()
    assert response.headers["Location"] == "/item/item-1?said=undone"
    assert "taken back" in site.client.get(response.headers["Location"]).text
    assert site.service.desk.answers() == []


def test_undo_takes_back_what_the_page_showed_and_only_once(site: Site) -> None:
    for number in (1, 2):
        site.post("/answer", item=f"item-{number}", label="sales")
    forms = re.findall(r'action="/undo">.*?name="correction" value="(\w+)"', shown(site))
    assert forms == re.findall(r'action="/undo">.*?name="correction" value="(\w+)"', site.client.get("/").text)
    assert site.post("/undo", correction=forms[0]).headers["Location"] == "/item/item-2?said=undone"
    assert site.post("/undo", correction=forms[0]).headers["Location"] == "/review?said=nothing"
    assert site.post("/undo").headers["Location"] == "/review?said=nothing"
    assert [one.item_id for one in site.service.desk.answers()] == ["item-1"]


@pytest.mark.parametrize("most", [100, 10_000])
def test_a_reason_may_be_as_long_as_the_lake_takes_it(make_site: MakeSite, most: int) -> None:
    site = make_site([item(1)], reason_chars=most)
    site.enter()
    assert f'<input name="reason" maxlength="{most}"' in shown(site)
    longer = site.post("/answer", item="item-1", label="sales", reason="é" * (most + 1))
    assert "The reason is too long" in site.client.get(longer.headers["Location"]).text
    assert site.service.journal.waiting() == 0
    site.post("/answer", item="item-1", label="sales", reason="é" * most)
    assert [one.reason for _, one in site.service.journal.pending()] == ["é" * most]


def test_an_earlier_answer_can_be_looked_at_and_changed(site: Site) -> None:
    for number in (1, 2):
        site.post("/answer", item=f"item-{number}", label="sales")
    assert 'href="/item/item-2" data-key="b ArrowLeft"' in shown(site)
    page = site.client.get("/item/item-2").text
    assert "Your answer: sales" in page
    assert 'href="/item/item-1" data-key="b ArrowLeft"' in page
    site.post("/answer", item="item-1", label="hr")
    assert {one.item_id: one.label for one in site.service.desk.answers()} == {"item-1": "hr", "item-2": "sales"}


def test_nobody_opens_an_item_on_somebody_elses_screen(site: Site) -> None:
    shown(site)
    site.enter(1)
    assert site.client.get("/item/item-1").status_code == 404
    response = site.post("/answer", item="item-1", label="sales")
    assert "Your answer was not saved" in site.client.get(response.headers["Location"]).text
    assert site.service.journal.waiting() == 0


def test_when_nothing_is_left_the_overview_says_so(site: Site) -> None:
    for number in (1, 2, 3):
        site.post("/answer", item=f"item-{number}", label="sales")
    response = site.client.get("/review")
    assert response.status_code == 302
    assert "Nothing is left for you" in site.client.get(response.headers["Location"]).text


def test_progress_counts_all_and_each_person(site: Site) -> None:
    site.post("/answer", item="item-1", label="sales")
    site.post("/answer", item="item-2", label="sales")
    site.enter(1)
    site.post("/answer", item="item-3", label="sales")
    site.undo(BOB)
    progress = site.service.progress(BOB)
    assert (progress.done, progress.total, progress.people) == (2, 3, {ADA.token: (2, 0)})
    rows = re.findall(r'<th scope="row">(\w+)</th><td class="n">(\d+)', site.client.get("/").text)
    assert rows == [("Ada", "2"), ("Bob", "0")]


@pytest.mark.parametrize(
    ("header", "wanted"), [("de-DE,de;q=0.9", "Mails prüfen"), ("fr, en;q=0.5", "Mail review"), ("", "Mail review")]
)
def test_the_page_speaks_the_browsers_language(site: Site, header: str, wanted: str) -> None:
    assert wanted in site.client.get("/", headers={"Accept-Language": header}).text


def test_the_language_can_be_chosen(site: Site) -> None:
    site.post("/language", language="de")
    assert 'lang="de"' in site.client.get("/").text
    site.post("/language", language="xx")
    assert 'lang="de"' in site.client.get("/").text


def test_more_labels_than_digits_have_letters_as_keys_that_do_nothing_else(make_site: MakeSite) -> None:
    labels = tuple(f"label_{number}" for number in range(40))
    site = make_site([item(1, labels=labels, suggested="label_0")])
    site.enter()
    keys = [key for key in re.findall(r'value="label_\d+" data-key="([^"]*)"', shown(site)) if key]
    assert len(keys) == len(set(keys))
    assert keys[:11] == [*"1234567890", "c"]
    assert not set(keys) & set("asubnqr?")
