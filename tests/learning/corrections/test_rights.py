"""Rotation, erasure, disclosure and retention reach what people stated, and what models learnt from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.learning.corrections.lakes import MAILS, NOW, begin_erasure, proposal, settings_over, stored
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import (
    CORRECTIONS,
    GOLD_SET,
    PSEUDONYMS,
    RAW_MAIL,
    REVIEW_QUEUE,
    SHADOW_LABELS,
    SILVER_MAIL,
    TRAINING_SETS,
    Table,
)
from triage.learning.corrections.add import add_corrections
from triage.learning.corrections.proposal import Code
from triage.learning.corrections.reviewers import reviewer_token
from triage.learning.corrections.vault import remember, remember_reviewers
from triage.paths import write_whole
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.disclosure.export import export_person
from triage.rights.engine.local import LocalEngine
from triage.rights.engine.spark import SparkEngine
from triage.rights.erasure.blanking import ERASED
from triage.rights.erasure.erase import erase
from triage.rights.maintenance import _remove
from triage.rights.open_lake import Opener
from triage.rights.rotation.rotate import rotate
from triage.rights.search.subjects import Subject

pytestmark = pytest.mark.slow

ANN, BO = "Ann Berg", "bo.lind@example.com"
NEW = keys_from_secret(b"b" * 32)
LEARNT = (GOLD_SET, REVIEW_QUEUE, TRAINING_SETS, SHADOW_LABELS)


@pytest.fixture
def full(made_once: Path, tmp_path: Path, spark: SparkSession, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A lake in which Ann and Bo corrected two mails each, and a row of each mail is in each table of learning."""
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    monkeypatch.setattr("triage.rights.disclosure.audit.spark_session", lambda *_, **__: spark)
    store = Store(spark, str(shutil.copytree(made_once, tmp_path / "lake")))
    corrected = [(1, ANN, 0), (2, ANN, 1), (3, BO, 1), (4, BO, 2)]
    given = [proposal(row=row, who=who, mail_key=MAILS[mail]) for row, who, mail in corrected]
    assert add_corrections(store, settings_over(store), keys, given, "file").added == 4
    for table in LEARNT:
        rows = [_row(table, key, keys) for key in MAILS]
        store.append_rows(table, rows, 1)
    return store


@pytest.fixture
def settings(full: Store) -> Settings:
    return settings_over(full)


class Opened:
    """The lake as the jobs get it from the pipeline, which has nothing left to finish here."""

    def __init__(self, settings: Settings, store: Store, keys: Keys) -> None:
        self.settings, self.store, self.keys = settings, store, keys

    def resume(self) -> None:
        pass

    def start_spark(self) -> None:
        pass

    def stage(self, name: str, note: str = "") -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture
def opener(settings: Settings, full: Store, keys: Keys) -> Opener:
    return lambda: Opened(settings, full, keys)


def _row(table: Table, mail_key: str, keys: Keys) -> dict[str, Any]:
    times = dict.fromkeys(("settled_at", "drawn_at", "built_at"), NOW)
    names = {name: f"{name} {mail_key[:3]}" for name in ("item_id", "training_id", "other_version")}
    row = {"mail_key": mail_key, "head": "category", "batch_id": 1, "settled_by": reviewer_token(ANN, keys)}
    return {name: value for name, value in (row | times | names).items() if name in table.column_names}


def column(store: Store, table: Table, name: str) -> list[Any]:
    return sorted(row[name] for row in store.rows(table, (name,)))


def test_a_new_key_gives_a_person_the_token_of_the_new_key(
    full: Store, settings: Settings, opener: Opener, keys: Keys
) -> None:
    token = pseudonym("PERSON", "Cleo Marsh", keys)
    remember([(token, "PERSON", "Cleo Marsh")], full, keys)
    full.add(CORRECTIONS, [stored(full)[0] | {"correction_id": "with-a-reason", "reason": f"for {token}"}])
    write_whole(settings.learning_findings, reviewer_token(ANN, keys))
    rotate(settings, NEW, opener)
    assert not settings.learning_findings.exists()
    ann, bo, cleo = reviewer_token(ANN, NEW), reviewer_token(BO, NEW), pseudonym("PERSON", "Cleo Marsh", NEW)
    assert set(column(full, CORRECTIONS, "corrected_by")) == {ann, bo}
    assert set(column(full, GOLD_SET, "settled_by")) == {ann}
    assert [row["reason"] for row in stored(full) if row["correction_id"] == "with-a-reason"] == [f"for {cleo}"]
    again = [proposal(row=1, who=ANN), proposal(row=2, who=BO, mail_key=MAILS[3])]
    outcome = add_corrections(full, settings, NEW, again, "file")
    assert (outcome.known, outcome.added) == (1, 1), "a rotation does not change the ids"
    assert column(full, PSEUDONYMS, "token") == sorted([ann, bo, cleo])


def test_an_erased_mail_leaves_all_tables_and_who_corrected_others_leaves_those_mails(
    full: Store, settings: Settings, opener: Opener, keys: Keys
) -> None:
    """Bo is listed by his address, so an erasure by address finds him; Ann by her token only.

    A customer's mail that greets Ann stays, without her name.
    """
    greeting = b"From: customer@shop.example\r\n\r\nDear Ann Berg, where is my invoice?"
    write_whole(settings.learning_findings, reviewer_token(ANN, keys))
    raw = dict.fromkeys(RAW_MAIL.column_names) | {"mail_key": MAILS[4], "batch_id": 1}
    full.append_rows(RAW_MAIL, [raw | {"sealed": seal(greeting, MAILS[4].encode(), keys)}], 1)
    people = [Subject("address", BO), Subject("pseudonym", reviewer_token(ANN, keys))]
    mail, *results = erase(settings, [Subject("mail_key", MAILS[1]), *people], opener)
    learnt = dict.fromkeys(["silver/mail", "gold/routes", *(table.name for table in LEARNT)], 1)
    assert mail.removed == learnt | {"gold/corrections": 2, "gold/labels": 4}
    for table in (SILVER_MAIL, *LEARNT):
        assert column(full, table, "mail_key") == sorted(set(MAILS) - {MAILS[1]})
    assert column(full, CORRECTIONS, "mail_key") == [MAILS[0], MAILS[2]]
    assert column(full, CORRECTIONS, "corrected_by") == [ERASED] * 2
    assert set(column(full, GOLD_SET, "settled_by")) == {ERASED}
    assert column(full, PSEUDONYMS, "token") == []
    assert not settings.learning_findings.exists()
    assert [result.findings for result in (mail, *results)] == [0, 0, 0]
    assert [result.changed["gold/corrections"] for result in results] == [1, 1]
    assert (results[1].removed["silver/mail"], results[1].changed["vault/raw_mail"]) == (0, 1)
    [raw] = full.rows(RAW_MAIL, ("mail_key", "sealed"))
    kept = unseal(bytes(raw["sealed"]), MAILS[4].encode(), keys)
    assert kept == greeting.replace(b"Ann Berg", b"ERASED")
    assert not [file for file in Path(full.root).rglob("*") if file.is_file() and b"bo.lind" in file.read_bytes()]
    again = [proposal(row=1, who=BO, mail_key=MAILS[1])]
    assert [one.code for one in add_corrections(full, settings, keys, again, "file").rejected] == [Code.ERASED_MAIL]


def test_a_person_is_shown_what_he_or_she_corrected(
    full: Store, settings: Settings, keys: Keys, tmp_path: Path
) -> None:
    out = tmp_path / "bo.json"
    assert export_person(settings, Subject("address", BO), "request 4711", out) == 0
    stated = json.loads(out.read_text("utf-8"))["statements"]
    assert [row["mail_key"] for row in stated["gold/corrections"]] == [MAILS[1], MAILS[2]]
    assert {row["corrected_by"] for row in stated["gold/corrections"]} == {reviewer_token(BO, keys)}
    assert stated["gold/gold_set"] == []


@pytest.mark.parametrize("table", [CORRECTIONS, GOLD_SET, SHADOW_LABELS], ids=lambda table: table.name)
def test_what_is_past_its_age_goes_and_what_is_on_hold_stays(table: Table, full: Store) -> None:
    count, held = full.count(table), full.count(table, mail_key=[MAILS[0]])
    assert held
    engine = LocalEngine(full)
    on_hold = engine.keys([MAILS[0]])
    assert _remove(table, 36_500, on_hold, engine) == (0, 0)
    assert _remove(table, 1, on_hold, engine) == (count - held, held)
    assert set(column(full, table, "mail_key")) == {MAILS[0]}


def test_a_younger_row_of_the_same_mail_stays(full: Store) -> None:
    young = _row(GOLD_SET, MAILS[0], keys_from_secret(b"k" * 32)) | {"head": "kind"}
    full.add(GOLD_SET, [young | {"settled_at": NOW + timedelta(days=36_500)}])
    engine = SparkEngine(full)
    _remove(GOLD_SET, 1, engine.keys([]), engine)
    assert [(row["mail_key"], row["head"]) for row in full.rows(GOLD_SET, ("mail_key", "head"))] == [(MAILS[0], "kind")]


def test_a_correction_while_its_mail_is_erased_is_not_stored(
    full: Store, settings: Settings, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure begins between the first look at the mail and the moment at which the table is locked."""
    from triage.learning.corrections.intake import Intake

    reasons: Callable[..., Any] = Intake.reasons

    def erased_meanwhile(self: Intake, fine: Any) -> Any:
        begin_erasure(full, keys, MAILS[3])
        return reasons(self, fine)

    monkeypatch.setattr(Intake, "reasons", erased_meanwhile)
    outcome = add_corrections(full, settings, keys, [proposal(mail_key=MAILS[3])], "file")
    assert ([one.code for one in outcome.rejected], outcome.added) == ([Code.ERASED_MAIL], 0)
    assert MAILS[3] not in column(full, CORRECTIONS, "mail_key")
    remember_reviewers([ANN], full, keys)
    assert full.count(PSEUDONYMS) == 2, "a value is there once"
