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


def test_without_a_sender_and_without_domains() -> None:
    assert is_outgoing(None, ["firm.example"]) is False
    assert is_outgoing(Address("", "a@firm.example"), []) is None
