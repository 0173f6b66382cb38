"""Whether the company itself sent a mail."""

from __future__ import annotations

import pytest

from triage.mail.own_side import is_outgoing
from triage.mail.parsing.parsed import Address


@pytest.mark.parametrize(
    ("address", "outgoing"),
    [
        pytest.param("anna@firm.example", True, id="own domain"),
        pytest.param("anna@Mail.FIRM.example.", True, id="below it, in capitals, with the root's point"),
        pytest.param("anna@otherfirm.example", False, id="a domain that only ends so"),
        pytest.param("anna@firm.example.evil.test", False, id="a domain that only begins so"),
        pytest.param('"anna@firm.example"@evil.test', False, id="an own address as local part"),
        pytest.param("", False, id="no address"),
    ],
)
def test_by_the_domain_of_the_sender(address: str, outgoing: bool) -> None:
    assert is_outgoing(Address("Anna", address), ["firm.example"]) is outgoing


@pytest.mark.parametrize("own", ["müller.example", "xn--mller-kva.example"], ids=["letters", "as sent"])
@pytest.mark.parametrize("address", ["a@müller.example", "a@xn--mller-kva.example", "a@Post.MÜLLER.example"])
def test_a_domain_beyond_ascii_in_either_form(own: str, address: str) -> None:
    assert is_outgoing(Address("", address), [own])
    assert not is_outgoing(Address("", "a@muller.example"), [own])


@pytest.mark.parametrize("domain", ["ü" * 70 + ".example", "a..ü", "\u200f.example"])
def test_a_domain_without_a_form_to_send_is_compared_as_it_is(domain: str) -> None:
    assert is_outgoing(Address("", f"a@{domain}"), ["firm.example"]) is False
    assert is_outgoing(Address("", f"a@{domain}"), [domain])


def test_without_a_sender_and_without_domains() -> None:
    assert is_outgoing(None, ["firm.example"]) is False
    assert is_outgoing(Address("", "a@firm.example"), []) is None
