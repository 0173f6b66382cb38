"""No name, address or number of a stated reason reaches the table."""

from __future__ import annotations

import pytest

from tests.learning.corrections.lakes import proposal, stored
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS
from triage.learning.corrections import reasons
from triage.learning.corrections.add import add_corrections
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import TOKEN

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("reason", "secrets"),
    [
        ("It is about the order, not the invoice", ()),
        ("Jane Miller (jane.miller@example.com) asked for an offer", ("Jane", "Miller", "example.com")),
        ("Frau Sabine Krüger hat unter 0171 2345678 angerufen", ("Sabine", "Krüger", "2345678")),
    ],
    ids=["no person", "English", "German"],
)
def test_a_reason_is_stored_without_personal_data(
    reason: str, secrets: tuple[str, ...], lake: Store, settings: Settings, keys: Keys
) -> None:
    outcome = add_corrections(lake, settings, keys, [proposal(reason=reason)], "file")
    [row] = stored(lake)
    assert outcome.added == 1
    kept = row["reason"] or ""
    assert not [secret for secret in secrets if secret in kept]
    assert bool(row["reason"]) == (outcome.dropped_reasons == 0)
    if not secrets:
        assert row["reason"] == reason
    values = {entry["token"] for entry in lake.rows(PSEUDONYMS, ("token",))}
    assert {match[0] for match in TOKEN.finditer(kept)} <= values, "a token without its value cannot be rotated"


def test_where_detection_fails_the_correction_counts_without_its_reason(
    lake: Store, settings: Settings, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a recognizer failed")

    monkeypatch.setattr(Anonymizer, "_located", fail)
    outcome = add_corrections(lake, settings, keys, [proposal(reason="Call Jane Miller")], "file")
    assert (outcome.added, outcome.dropped_reasons) == (1, 1)
    assert [row["reason"] for row in stored(lake)] == [None]


def test_detection_is_not_loaded_for_what_is_stored_already(
    lake: Store, settings: Settings, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = proposal(reason="It is about the order")
    add_corrections(lake, settings, keys, [one], "file")
    monkeypatch.setattr(reasons, "_anonymized", lambda *_: pytest.fail("read again"))
    assert add_corrections(lake, settings, keys, [one], "file").known == 1
