"""What subjects say of threads. The forms are those that RFC 5256 and mail programs in other languages write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.mail.subjects import base_subject, is_forward, is_reply


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        pytest.param("Invoice 4711", "invoice 4711", id="plain"),
        pytest.param("Re: Invoice 4711", "invoice 4711", id="reply"),
        pytest.param("RE: AW: Re[2]: Invoice  4711", "invoice 4711", id="replies in two languages, counted"),
        pytest.param("[R] Re: [R] Invoice 4711", "invoice 4711", id="tags of a list"),
        pytest.param("Fwd: Invoice 4711 (fwd)", "invoice 4711", id="forwarded twice"),
        pytest.param("[Fwd: Invoice 4711]", "invoice 4711", id="forwarded in brackets"),
        pytest.param("WG: Rechnung", "rechnung", id="German forward"),
        pytest.param("回复：发票", "发票", id="Chinese reply, wide colon"),
        pytest.param("Re:", "", id="nothing but a prefix"),
        pytest.param("[urgent]", "[urgent]", id="a tag alone is the subject"),
        pytest.param("Reply needed: Invoice", "reply needed: invoice", id="a word that begins like a prefix"),
    ],
)
def test_base_form(subject: str, base: str) -> None:
    assert base_subject(subject) == base


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        ("Re: x", True, False),
        ("[list] AW: x", True, False),
        ("Fwd: x", False, True),
        ("x (fwd)", False, True),
        ("Tr: x", False, True),
        ("Reminder: x", False, False),
    ],
)
def test_reply_and_forward(subject: str, reply: bool, forward: bool) -> None:
    assert (is_reply(subject), is_forward(subject)) == (reply, forward)


@given(st.text(max_size=200), st.sampled_from(("Re: ", "AW: ", "Fwd: ", "SV: ", "[tag] Re: ")))
def test_prefix_changes_no_base(subject: str, prefix: str) -> None:
    assert base_subject(f"{prefix}x{subject}") == base_subject(f"x{subject}")
