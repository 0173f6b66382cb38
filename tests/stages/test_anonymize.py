from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as f

from tests.stores import SettingsOf, message
from triage.config import LimitSettings, load_settings
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, QUARANTINE, SILVER_MAIL, TAGGER_FALLBACK
from triage.mail.keys import mail_key
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.pseudonyms.data_keys import month_of_batch, sealing_key, with_data_keys
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.privacy.tagging.tagger import Tagger
from triage.quality.gate import Verdict
from triage.rights.rows import tokens_of
from triage.stages.anonymize import _processed, _quarantined_by_gate, _sandbox, anonymize_batch
from triage.stages.ingest import ingest
from triage.stages.mail_processor import MailProcessor
from triage.stages.plan import plan_new_files
from triage.stages.replay import delete_replayed, plan_replay, raw_mails

FILE_TIME = datetime(2026, 4, 1, tzinfo=UTC)


def raw(data: bytes, keys: Keys, fault: str | None = None) -> dict[str, Any]:
    key = mail_key(data)
    sealed = seal(data, key.encode(), keys)
    place = {"file_key": "f", "byte_offset": 0, "size_bytes": len(data), "received_at": FILE_TIME}
    return place | {"mail_key": key, "thread_key": key, "fault": fault, "sealed": sealed}


@pytest.fixture(scope="module")
def engine() -> Anonymizer:
    from triage.privacy.pseudonyms.keys import keys_from_secret

    return Anonymizer(load_settings(), keys_from_secret(b"s" * 32))


def processed(rows: list[dict[str, Any]], engine: Anonymizer, keys: Keys, **limits: int) -> list[dict[str, Any]]:
    return list(MailProcessor(engine, LimitSettings(**limits), keys)(rows))


@pytest.mark.parametrize(
    ("data", "fault", "limits", "reasons", "stage"),
    [
        (b"", "SOURCE_CORRUPT", {}, ["SOURCE_CORRUPT"], "ingest"),
        (b"no mail at all", None, {}, ["NOT_A_MAIL"], "parse"),
        (message(1), None, {"headers": 2}, ["TOO_MANY_HEADERS"], "parse"),
        (message(1), None, {"message_bytes": 10}, ["MESSAGE_TOO_LARGE"], "parse"),
    ],
    ids=["broken export", "no mail", "over a limit", "too large"],
)
def test_what_cannot_go_on_has_a_reason_and_no_text(
    data: bytes,
    fault: str | None,
    limits: dict[str, int],
    reasons: list[str],
    stage: str,
    engine: Anonymizer,
    keys: Keys,
) -> None:
    row = processed([raw(data, keys, fault)], engine, keys, **limits)[0]
    assert (row["reasons"], row["stage"]) == (reasons, stage)
    assert not {"subject", "body", "sender"} & set(row)


def test_a_published_mail_names_nobody(engine: Anonymizer, keys: Keys) -> None:
    row = processed([raw(message(1, "Ask Ann Example, ann@example.com."), keys)], engine, keys)[0]
    assert row["reasons"] == []
    shown = repr(row).lower()
    assert not [name for name in ("ann ", "ann@", "example.com", "bob@") if name in shown]
    assert row["received_at"] == datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC), "the mailbox's own time"


def test_zones_are_told_by_names_and_lie_in_the_published_text(engine: Anonymizer, keys: Keys) -> None:
    text = (
        "Yes, call me.\n\nAnn Example\n+1 202 555 0123\n\nAnn Example <ann@example.com> wrote on 4 May 2020:\n> Free?\n"
    )
    row = processed([raw(message(1, text), keys)], engine, keys)[0]
    shown = [(zone["zone"], row["body"][zone["start"] : zone["end"]]) for zone in row["zones"]]
    assert "".join(part for _, part in shown) == row["body"]
    assert [kind for kind, _ in shown] == ["newest", "signature", "header", "quoted"]
    assert shown[0][1] == "Yes, call me.\n\n"
    assert shown[1][1].startswith("<PERSON_")
    assert shown[3][1].strip() == "> Free?"


def test_without_an_envelope_the_file_says_when(engine: Anonymizer, keys: Keys) -> None:
    row = processed([raw(message(1).split(b"\n", 1)[1], keys)], engine, keys)[0]
    assert row["received_at"] == FILE_TIME


@pytest.mark.parametrize("is_used", [True, False])
def test_a_mail_says_whether_spacy_tagged_its_names(
    is_used: bool, engine: Anonymizer, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tagger, "is_fast", not is_used)
    row = processed([raw(message(1, "Ask Ann Example about Berlin."), keys)], engine, keys)[0]
    assert row[TAGGER_FALLBACK] is is_used


def test_a_detector_that_fails_costs_the_publication(keys: Keys) -> None:
    class Failing(Anonymizer):
        def _located(self, prepared: Any) -> Any:
            return [None for _ in prepared]

    broken = Failing(load_settings(), keys)
    row = processed([raw(message(1), keys)], broken, keys)[0]
    assert (row["reasons"], row["stage"]) == (["DETECTOR_FAILED"], "privacy")
    assert "body" not in row


def test_a_batch_that_breaks_the_declaration_is_held_as_a_whole(store: Store) -> None:
    rows = store.spark.createDataFrame(
        [("a", [], "parse"), ("b", ["EMPTY"], "parse")],
        "mail_key string, reasons array<string>, stage string",
    )
    held = _quarantined_by_gate(rows, [Verdict("unique(mail_key)", passed=False), Verdict("other", passed=True)])
    found = {row.mail_key: (row.reasons, row.stage) for row in held.collect()}
    assert found == {"a": (["GATE_unique(mail_key)"], "gate"), "b": (["EMPTY"], "parse")}
    assert held.where(f.size("reasons") == 0).count() == 0


@pytest.mark.slow
def test_a_replayed_mail_moves_from_quarantine_to_silver(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1) + message(2, "x" * 5_000))
    strict, lax = settings_of(export, **{"limits.message_bytes": 1_000}), settings_of(export)
    for batch_id in plan_new_files(strict, store, keys):
        ingest(batch_id, strict, store, keys)
        anonymize_batch(batch_id, strict, store, keys)
    assert (store.read(SILVER_MAIL).count(), store.read(QUARANTINE).count()) == (1, 1)
    again = plan_replay(store, ["MESSAGE_TOO_LARGE"], FILE_TIME)
    anonymize_batch(again, lax, store, keys)
    delete_replayed(again, store)
    assert (store.read(SILVER_MAIL).count(), store.read(QUARANTINE).count()) == (2, 0)


@pytest.mark.slow
def test_a_mail_is_in_exactly_one_table_whatever_a_repeated_judgement_says(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    """A run killed after silver was written, and started again under a stricter limit."""
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1) + message(2, "x" * 5_000))
    lax, strict = settings_of(export), settings_of(export, **{"limits.message_bytes": 1_000})
    plan_new_files(lax, store, keys)
    ingest(1, lax, store, keys)
    anonymize_batch(1, lax, store, keys)
    shutil.rmtree(store.path(QUARANTINE))
    anonymize_batch(1, strict, store, keys)
    assert (store.read(SILVER_MAIL).count(), store.read(QUARANTINE).count()) == (2, 0)
    shutil.rmtree(store.path(SILVER_MAIL))
    shutil.rmtree(store.path(QUARANTINE))
    anonymize_batch(1, strict, store, keys)
    held = [row.reasons for row in store.read(QUARANTINE).collect()]
    assert (store.read(SILVER_MAIL).count(), held) == (1, [["MESSAGE_TOO_LARGE"]])


@pytest.mark.slow
def test_a_repeated_judgement_leaves_no_token_without_its_value(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    """A run killed before silver was written, and started again under a looser limit."""
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1) + message(2, f"Write to zelda@persons.example.\n\n{'x ' * 2_000}"))
    lax, strict = settings_of(export), settings_of(export, **{"limits.message_bytes": 1_000})
    plan_new_files(lax, store, keys)
    ingest(1, lax, store, keys)
    anonymize_batch(1, strict, store, keys)
    for table in (SILVER_MAIL, QUARANTINE):
        shutil.rmtree(store.path(table))
    for _ in range(2):
        anonymize_batch(1, lax, store, keys)
    shown = {row.token for row in tokens_of(SILVER_MAIL, store).collect()}
    known = [row.token for row in store.read(PSEUDONYMS).collect()]
    assert pseudonym("EMAIL_ADDRESS", "zelda@persons.example", keys) in shown
    assert sorted(known) == sorted(shown)


def test_text_that_is_held_is_not_kept(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even for the rest of the run, where the last look saw personal data in it."""
    monkeypatch.setattr("triage.stages.anonymize.residue", lambda *_: f.array(f.lit("EMAIL_ADDRESS")))
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1))
    settings = settings_of(export)
    plan_new_files(settings, store, keys)
    ingest(1, settings, store, keys)
    data_key = sealing_key(month_of_batch(1, store), store, keys)
    opened = with_data_keys(keys, store)
    [row] = _processed(raw_mails(1, store), settings, _sandbox(settings, keys), opened, data_key).collect()
    assert (row.mail_key, row.reasons) == (mail_key(message(1)), ["RESIDUE"])
    assert (row.subject, row.body, row.sender, row.recipients, row.pseudonyms) == (None,) * 5
