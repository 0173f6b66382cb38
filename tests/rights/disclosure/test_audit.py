"""What may stand in the audit of disclosures."""

from __future__ import annotations

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.cli import os_user
from triage.config import Settings, load_settings
from triage.errors import ConfigError, ContractError
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, REVEALS
from triage.privacy.pseudonyms.keys import load_keys
from triage.privacy.pseudonyms.lake_key import keyed_hash, lake_key
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.token_vault import seal_entry
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.disclosure.audit import is_naming
from triage.rights.disclosure.export import export_person
from triage.rights.disclosure.reveal import record_shown, reveal
from triage.rights.search.subjects import Subject
from triage.stages.replay import plan_replay

NAME = "Zelda Quist"


@pytest.mark.parametrize(
    ("reason", "values", "naming"),
    [
        ("case 4711", ["47"], False),
        ("room 47, again", ["47"], True),
        ("case 4711", [NAME], False),
        ("asked by QUIST, ZELDA", [NAME], True),
        ("asked by zelda quist.", [NAME], True),
        ("ann@persons.example asked", [], True),
        ("about <PERSON_858c78_f64f83eaa1ddefd3>", [], True),
        ("asked by Jane Doe", [], True),
        ("Black Friday in New Zealand", [], False),
        ("  ", [], True),
        ("case 1", ["", " "], False),
    ],
)
def test_a_reason_names_nobody(reason: str, values: list[str], naming: bool) -> None:
    assert is_naming(reason, values) is naming


def test_who_asks_cannot_be_forged_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert os_user() == pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def settings(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A lake whose vault knows one name; the tests' own session works on it."""
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    monkeypatch.setattr("triage.rights.disclosure.audit.spark_session", lambda *_: spark)
    settings = load_settings(overrides=[f"lake.root={tmp_path}/lake"])
    keys = load_keys(settings)
    token, entity, sealed = seal_entry(pseudonym("PERSON", NAME, keys), "PERSON", NAME, keys)
    row = {
        "token": token,
        "batch_id": 1,
        "entity": entity,
        "sealed": bytearray(sealed),
        "key_id": keys.key_id,
    }
    store = Store(spark, settings.lake.root)
    plan_replay(store, [], datetime.now(UTC))
    store.append_rows(PSEUDONYMS, [row], 1)
    return settings


@pytest.mark.slow
def test_every_disclosure_leaves_a_row_and_no_name(settings: Settings, spark: SparkSession, tmp_path: Path) -> None:
    keys, out = load_keys(settings), tmp_path / "out.json"
    token = pseudonym("PERSON", NAME, keys)
    out.write_text("kept", "utf-8")
    for naming in (f"for {NAME}", "for a@b.example"):
        with pytest.raises(ConfigError, match="names a person"):
            reveal(settings, token, naming)
        with pytest.raises(ConfigError, match="names a person"):
            export_person(settings, Subject("pseudonym", token), naming, out)
    assert out.read_text("utf-8") == "kept"
    assert reveal(settings, token, "case 4711") == NAME
    with pytest.raises(ContractError):
        reveal(settings, f"{token[:-17]}{'0' * 16}>", "case 4712")
    store = Store(spark, settings.lake.root)
    rows = sorted(store.read(REVEALS).collect(), key=lambda row: row.revealed_at)
    assert [(row.outcome, row.reason) for row in rows] == [
        *[("refused", "")] * 4, ("shown", "case 4711"), ("unknown", "case 4712"),
    ]  # fmt: skip
    assert {row.value_hash for row in rows[:5]} == {
        keyed_hash(lake_key(store, keys), "PERSON", normalize("PERSON", NAME))
    }


@pytest.mark.slow
def test_terms_shown_in_clear_leave_a_row_each_and_none_of_their_words(settings: Settings, spark: SparkSession) -> None:
    terms = [("PERSON", "Fehlermeldung"), ("ORGANIZATION", "Jira Software")]
    with pytest.raises(ConfigError, match="names a person"):
        record_shown(settings, terms, "about jira software")
    record_shown(settings, terms, "case 4713")
    rows = sorted(Store(spark, settings.lake.root).read(REVEALS).collect(), key=lambda row: row.revealed_at)
    assert [(row.outcome, row.reason) for row in rows] == [("refused", ""), *[("shown", "case 4713")] * 2]
    assert not {"fehlermeldung", "jira"} & set(str(rows).casefold().split())
