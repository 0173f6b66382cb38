"""Corrections go into the table once, whole, and without the person's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.learning.corrections.lakes import MAILS, NOW, proposal, relabelled, stored
from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError
from triage.lake.store import Store
from triage.lake.tables import ERASURES, PSEUDONYMS, REVIEW_QUEUE
from triage.learning.corrections.add import add_corrections
from triage.learning.corrections.proposal import Code, Outcome, Source
from triage.learning.corrections.reviewers import reviewer_token
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.lake_key import lake_key, mail_hash
from triage.privacy.pseudonyms.token_vault import unseal_entry

Add = Callable[..., Outcome]


@pytest.fixture
def add(lake: Store, settings: Settings, keys: Keys) -> Add:
    def call(*given: dict[str, Any], source: Source = "file") -> Outcome:
        proposals = [proposal(**({"row": row} | one)) for row, one in enumerate(given, start=1)]
        return add_corrections(lake, settings, keys, proposals, source)

    return call


def test_a_correction_becomes_a_row(add: Add, lake: Store, keys: Keys) -> None:
    assert add({"label": " Sales "}) == Outcome(1, 0)
    [row] = stored(lake)
    token = reviewer_token("ann  BERG", keys)
    assert row | {"correction_id": ""} == {
        "correction_id": "",
        "mail_key": MAILS[0],
        "corrected_at": NOW,
        "corrected_by": token,
        "head": "category",
        "decided": "billing",
        "label": "sales",
        "reason": None,
        "source": "file",
        "model_version": "3",
        "undoes": None,
    }
    [entry] = lake.rows(PSEUDONYMS, PSEUDONYMS.column_names)
    assert (entry["token"], entry["entity"]) == (token, "REVIEWER")
    assert unseal_entry(entry["sealed"], token, keys).spelling == "Ann Berg"


def test_handed_in_again_nothing_is_stored(add: Add, lake: Store) -> None:
    rows: tuple[dict[str, Any], ...] = (
        {},
        {"mail_key": MAILS[1]},
        {"head": "priority", "decided": "normal", "label": "high"},
    )
    assert add(*rows) == Outcome(3, 0)
    assert add(*rows) == Outcome(0, 3)
    assert len(stored(lake)) == 3


@pytest.mark.parametrize(
    ("again", "added"),
    [
        pytest.param({"who": "Bo Lind"}, 1, id="another person"),
        pytest.param({"at": NOW + timedelta(seconds=1)}, 1, id="another time"),
        pytest.param({"at": NOW + timedelta(seconds=1), "is_undated": True}, 1, id="dated first, then undated"),
        pytest.param({"who": " ann berg"}, 0, id="the name in another spelling"),
        pytest.param({"label": "SALES"}, 0, id="the label in another case"),
        pytest.param({"reason": None}, 0, id="without a reason"),
    ],
)
def test_what_makes_a_correction_another(add: Add, again: dict[str, Any], added: int) -> None:
    add({})
    assert add(again).added == added


@pytest.mark.parametrize("export_id", [None, "e1"])
def test_an_undated_row_counts_once_an_export(add: Add, export_id: str | None) -> None:
    row = {"is_undated": True, "export_id": export_id}
    later = row | {"at": NOW + timedelta(days=1)}
    assert [add(row).added, add(later).added, add(later | {"export_id": "e2"}).added] == [1, 0, 1]


def test_a_sender_may_name_a_correction(add: Add, lake: Store) -> None:
    assert add({"correction_id": "page-0001"}).added == 1
    assert add({"correction_id": "page-0001", "label": " Sales", "at": NOW + timedelta(1)}) == Outcome(0, 1)
    assert [row["correction_id"] for row in stored(lake)] == ["page-0001"]


@pytest.mark.parametrize("is_one_file", [True, False], ids=["in one file", "in two files"])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"mail_key": MAILS[1]}, id="mail"),
        pytest.param({"head": "priority", "decided": "normal", "label": "high"}, id="head"),
        pytest.param({"label": "hr", "at": NOW + timedelta(1)}, id="label"),
        pytest.param({"who": "Bo Lind"}, id="person"),
    ],
)
def test_an_id_that_another_correction_has_swallows_nothing(
    add: Add, lake: Store, other: dict[str, Any], is_one_file: bool
) -> None:
    first, second = {"correction_id": "TICKET-0001"}, {"correction_id": "TICKET-0001"} | other
    rejected = add(first, second).rejected if is_one_file else (*add(first).rejected, *add(second).rejected)
    assert [one.code for one in rejected] == [Code.TAKEN_ID]
    assert [(row["mail_key"], row["label"]) for row in stored(lake)] == [(MAILS[0], "sales")]


def test_an_id_of_a_rejected_row_is_free(add: Add, lake: Store) -> None:
    outcome = add(
        {"correction_id": "TICKET-0001", "label": "zzz"},
        {"correction_id": "TICKET-0001", "head": "kind", "label": "bounce", "decided": "human"},
    )
    assert (outcome.added, [one.code for one in outcome.rejected]) == (1, [Code.UNKNOWN_LABEL])


def test_the_same_file_again_after_a_relabel_changes_nothing(add: Add, lake: Store) -> None:
    add({})
    relabelled(lake, "category", "legal")
    assert add({}) == Outcome(0, 1)
    assert [one.code for one in add({"mail_key": MAILS[1]}).rejected] == [Code.STALE]


@pytest.mark.parametrize("source", ["page", "audit"])
@pytest.mark.parametrize(
    ("shown", "decided"),
    [
        pytest.param({}, ("billing", "3"), id="what was shown"),
        pytest.param({"decided": None, "model_version": None}, ("legal", "4"), id="blind: what is in force"),
    ],
)
def test_an_answer_of_the_page_is_never_stale(
    add: Add, lake: Store, source: Source, shown: dict[str, Any], decided: tuple[str, str]
) -> None:
    relabelled(lake, "category", "legal")
    assert add(shown, source=source) == Outcome(1, 0)
    [row] = stored(lake)
    assert (row["label"], row["decided"], row["model_version"]) == ("sales", *decided)


@pytest.mark.parametrize(
    ("wrong", "code", "what"),
    [
        ({"mail_key": "9" * 64}, Code.UNKNOWN_MAIL, "silver/mail"),
        ({"mail_key": "1" * 63}, Code.CUT_KEY, "Export"),
        ({"mail_key": "1.11111E+63"}, Code.CUT_KEY, "Export"),
        ({"mail_key": "\ud800"}, Code.CUT_KEY, "Export"),
        ({"head": "categroy"}, Code.UNKNOWN_HEAD, "Did you mean category?"),
        ({"label": "salse"}, Code.UNKNOWN_LABEL, "Did you mean sales?"),
        ({"label": "zzz"}, Code.UNKNOWN_LABEL, "Known here: billing, sales"),
        ({"decided": "hr"}, Code.STALE, "Export"),
        ({"decided": None}, Code.STALE, "Export"),
        ({"at": NOW.replace(year=2999)}, Code.FUTURE, "clock"),
        ({"at": NOW.replace(tzinfo=None)}, Code.MALFORMED, "zone"),
        ({"reason": "x" * 501}, Code.LONG_REASON, "500"),
        ({"who": "  "}, Code.UNKNOWN_PERSON, "--by"),
        ({"correction_id": "a b"}, Code.MALFORMED, "id"),
        ({"undoes": "0" * 32}, Code.UNKNOWN_CORRECTION, "id"),
    ],
    ids=str,
)
def test_what_is_wrong_is_rejected_and_the_rest_goes_in(add: Add, wrong: dict[str, Any], code: Code, what: str) -> None:
    outcome = add({"mail_key": MAILS[1]}, wrong, {"mail_key": MAILS[2]})
    assert outcome.added == 2
    [rejected] = outcome.rejected
    assert (rejected.row, rejected.code) == (2, code)
    assert what in rejected.what


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"model_version": "2"}, id="another version decided the same"),
        pytest.param({"decided": None, "model_version": None}, id="nothing said of what was shown"),
        pytest.param({"head": "sentiment", "label": "negative", "decided": None}, id="it had abstained"),
        pytest.param({"label": "billing"}, id="confirmed"),
    ],
)
def test_a_decision_in_force_is_not_stale(add: Add, shown: dict[str, Any]) -> None:
    assert add(shown) == Outcome(1, 0)


def test_an_erased_mail_is_known_as_one(add: Add, lake: Store, keys: Keys) -> None:
    gone = mail_hash(lake_key(lake, keys), "8" * 64)
    names = dict.fromkeys(ERASURES.column_names)
    lake.add(ERASURES, [names | {"mail_hashes": [gone], "counts": {}, "erased_at": NOW}])
    assert [one.code for one in add({"mail_key": "8" * 64}).rejected] == [Code.ERASED_MAIL]


def test_two_labels_of_one_person_at_one_time_contradict(add: Add, lake: Store) -> None:
    outcome = add({"label": "sales"}, {"label": "hr"}, {"label": "hr", "who": "Bo Lind"})
    assert [(one.row, one.code) for one in outcome.rejected] == [(1, Code.CONTRADICTORY), (2, Code.CONTRADICTORY)]
    assert [row["label"] for row in stored(lake)] == ["hr"]


def test_the_same_row_twice_in_a_file_counts_once(add: Add, lake: Store) -> None:
    assert add({}, {}) == Outcome(1, 1)
    assert len(stored(lake)) == 1


def test_a_mail_of_the_audit_makes_an_audit_row(add: Add, lake: Store) -> None:
    item = dict.fromkeys(REVIEW_QUEUE.column_names) | {"mail_key": MAILS[0], "head": "category", "purpose": "audit"}
    lake.add(REVIEW_QUEUE, [item | {"item_id": "i", "drawn_at": NOW}])
    assert [one.code for one in add({}, source="move").rejected] == [Code.AUDITED]
    add({}, {"mail_key": MAILS[1]}, source="page")
    assert {row["mail_key"]: row["source"] for row in stored(lake)} == {MAILS[0]: "audit", MAILS[1]: "page"}


@pytest.mark.parametrize(
    ("who", "source", "stored_as"),
    [
        pytest.param("Mallory", "file", "file", id="a file of another person"),
        pytest.param("Ann Berg", "file", "audit", id="who answered changes it"),
        pytest.param("Bo Lind", "page", "audit", id="another person whom the page asked"),
    ],
)
def test_who_answers_an_audit_that_was_answered(
    add: Add, lake: Store, who: str, source: Source, stored_as: str
) -> None:
    item = dict.fromkeys(REVIEW_QUEUE.column_names) | {"mail_key": MAILS[0], "head": "category", "purpose": "audit"}
    lake.add(REVIEW_QUEUE, [item | {"item_id": "i", "drawn_at": NOW}])
    add({}, source="page")
    add({"who": who, "label": "legal", "at": NOW + timedelta(minutes=1)}, source=source)
    assert {row["label"]: row["source"] for row in stored(lake)} == {"sales": "audit", "legal": stored_as}


def test_without_a_lake_nothing_is_made(tmp_path: Any, lake: Store, settings: Settings, keys: Keys) -> None:
    nowhere = Store(lambda: pytest.fail("Spark"), str(tmp_path / "elsewhere"))
    with pytest.raises(ConfigError, match="no lake"):
        add_corrections(nowhere, settings, keys, [proposal()], "file")
    assert not (tmp_path / "elsewhere").exists()


def test_another_key_is_refused(lake: Store, settings: Settings) -> None:
    with pytest.raises(KeyMaterialError):
        add_corrections(lake, settings, keys_from_secret(b"o" * 32), [proposal()], "file")
    assert stored(lake) == []


def test_a_time_a_little_ahead_counts_as_now(add: Add, lake: Store) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=2)
    add({"at": ahead})
    [row] = stored(lake)
    assert row["corrected_at"] < ahead


def test_no_mail_no_row(add: Add, lake: Store) -> None:
    assert add() == Outcome(0, 0)
    assert stored(lake) == []
