"""Words for hashed terms: from lists, and from words that several senders use, never from one person's."""

from __future__ import annotations

import pytest

from triage.mail.word_terms import word_hash
from triage.monitoring.drift.term_words import SampledMail, moved_terms, sample_words, term_words, with_words
from triage.monitoring.record import DriftRow, Driver, Status

INVOICE, UNKNOWN = word_hash("invoice"), word_hash("xqzzplk")
COLLIDING = "vuur"
"""Dutch for fire; its hash is that of `invoice`."""

PSEUDONYM = "<PERSON_5b21e0_0123456789abcdef>"


def _row(status: Status, *terms: int, feature: str = "terms") -> DriftRow:
    drivers = tuple(Driver(f"term {term}", 0.01, 0.2) for term in terms)
    histogram = {f"term {term}": 20 for term in terms}
    return DriftRow("now", feature, 0.3, 0.2, status, 100, "r", histogram, drivers=drivers, was=histogram)


def test_only_words_that_several_senders_use_are_sampled() -> None:
    mails = [SampledMail(f"s{number}", f"Invoice {PSEUDONYM} overdue") for number in range(4)]
    mails += [SampledMail("s4", "invoice invoice and one zuckerbrot"), SampledMail("s0", "invoice")]
    assert dict(sample_words(mails)) == {"invoice": 6}


@pytest.mark.parametrize("sender", ["<EMAIL_ADDRESS_5b21e0_0123456789abcdef>", None, ""])
def test_what_one_sender_ends_every_mail_with_is_not_sampled(sender: str | None) -> None:
    assert not sample_words([SampledMail(sender, "Regards, Kowalczykowski")] * 9)


def no_name(_: str) -> bool:
    return False


NAMES = {
    "of the mails": ({"xqzzplk": 9}, (), {UNKNOWN: "xqzzplk"}),
    "of a list": ({}, ("en",), {INVOICE: "invoice"}),
    "of a second language": ({}, ("xx", "de", "en"), {INVOICE: "invoice"}),
    "of none": ({}, (), {}),
}


@pytest.mark.parametrize(("words", "languages", "expected"), NAMES.values(), ids=NAMES)
def test_words_of_terms(words: dict[str, int], languages: tuple[str, ...], expected: dict[int, str]) -> None:
    assert term_words([INVOICE, UNKNOWN], words, languages, no_name) == expected


def test_the_mails_own_word_goes_before_a_lists() -> None:
    assert word_hash(COLLIDING) == INVOICE
    assert term_words([INVOICE], {COLLIDING: 5}, ("en",), no_name) == {INVOICE: COLLIDING}


def test_a_name_names_no_term_and_neither_does_another_word_of_its_hash() -> None:
    assert term_words([INVOICE], {COLLIDING: 5}, ("en",), lambda word: word == COLLIDING) == {}
    assert term_words([INVOICE], {}, ("en",), lambda word: word == "invoice") == {}


def test_rows_show_words_where_a_term_moved() -> None:
    rows = [_row("alert", INVOICE, UNKNOWN), _row("stable", 7), _row("alert", 8, feature="queue")]
    assert moved_terms(rows) == {INVOICE, UNKNOWN}
    named = with_words(rows, {INVOICE: "invoice"})
    assert [one.value for one in named[0].drivers] == ["invoice", f"term {UNKNOWN}"]
    assert named[0].histogram == {"invoice": 20, f"term {UNKNOWN}": 20} and named[0].was == named[0].histogram
    assert named[1:] == rows[1:]
