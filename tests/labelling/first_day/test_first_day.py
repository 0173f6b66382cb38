"""A first day: mails that people wrote by hand, through a first run with the first model and the shipped rules."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.benchmark.first_day import Decided, decided_in, figures
from tests.labelling.first_day.hand_written import FILES, HandWritten, read_mails, write_export
from tests.lakes import Lake

MAILS = read_mails(FILES)
QUIET = ("thanks", "paid", "closed")
PLAINLY_QUIET = (
    "billing-paid-thanks", "hr-interview-thanks", "it-solved-thanks", "log-arrived-thanks", "fac-lift-fixed-thanks",
    "de-bezahlt-danke", "de-danke-erledigt", "a022", "a029", "a033", "a047", "a068",
)  # fmt: skip
"""Thanks, payments done and closed matters in words that leave no doubt."""


def tagged(*tags: str) -> list[str]:
    return [mail.id for mail in MAILS if set(tags) & set(mail.tags)]


def named(word: str) -> list[str]:
    return [mail.id for mail in MAILS if word in f"{mail.subject} {mail.body}".lower()]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decided]:
    """What a first run decided, by the id of the mail."""
    folder = tmp_path_factory.mktemp("first_day")
    written = write_export(MAILS, folder / "export")
    lake = Lake(folder / "lake", own_process=True)
    lake.nightly(folder / "export")
    return {one.mail.id: one for one in decided_in(lake.root, written)}


def test_the_mails_are_of_all_departments_and_languages() -> None:
    assert len({mail.id for mail in MAILS}) == len(MAILS) == 150
    departments = Counter(mail.queues[0] for mail in MAILS)
    assert min(departments[name] for name in ("billing", "sales", "hr", "it_support", "logistics", "legal")) >= 10
    assert {mail.language for mail in MAILS} == {"en", "de", "fr", "es", "it", "nl", "pl", "pt", "da", "sv"}


@pytest.mark.slow
def test_few_go_to_review_and_most_others_are_in_the_right_queue(found: dict[str, Decided]) -> None:
    shares = figures(list(found.values()))
    assert shares.mails == len(MAILS)
    assert shares.review <= 0.15
    assert shares.right >= 0.92
    assert shares.accepted["priority"] >= 0.85
    assert shares.accepted["sentiment"] >= 0.85
    assert shares.accepted["kind"] >= 0.97


@pytest.mark.slow
def test_thanks_payments_done_and_closed_matters_press_nobody(found: dict[str, Decided]) -> None:
    pressing = [name for name in tagged(*QUIET) if found[name].priority in ("high", "urgent")]
    assert len(pressing) <= 1, pressing
    assert set(pressing).isdisjoint(PLAINLY_QUIET)


@pytest.mark.slow
def test_thanks_and_closed_matters_sound_good(found: dict[str, Decided]) -> None:
    sentiments = Counter(found[name].sentiment for name in tagged(*QUIET))
    assert sentiments["negative"] <= 1
    assert sentiments["positive"] >= len(tagged(*QUIET)) / 3


@pytest.mark.slow
@pytest.mark.parametrize("name", tagged("threat"))
def test_letters_before_action_are_legal_and_pressing(found: dict[str, Decided], name: str) -> None:
    one = found[name]
    assert one.queue == "legal"
    assert one.priority not in ("low", "normal")  # pressing, or left to a person
    assert one.sentiment != "positive"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*named("cancel my order"), "a009", "a056"])
def test_a_cancelled_order_is_no_invoice_and_no_praise(found: dict[str, Decided], name: str) -> None:
    assert found[name].queue in (*found[name].mail.queues, "review")
    assert found[name].sentiment != "positive"


@pytest.mark.slow
def test_nothing_that_a_person_wrote_lies_in_the_spam_queue(found: dict[str, Decided]) -> None:
    assert [one.mail.id for one in found.values() if one.queue == "spam" and one.mail.kind != "spam"] == []


@pytest.mark.slow
def test_most_spam_is_known(found: dict[str, Decided]) -> None:
    spam: list[HandWritten] = [mail for mail in MAILS if mail.kind == "spam"]
    assert sum(found[mail.id].queue in ("spam", "review") for mail in spam) >= len(spam) - 2
