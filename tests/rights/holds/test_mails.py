"""A mail that was never published may be about anybody, so it is on hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.errors import LegalHoldError
from triage.lake.store import Store
from triage.lake.tables import RAW_MAIL, SILVER_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.engine.base import Engine
from triage.rights.holds.mails import mails_on_hold, validate_erasure
from triage.rights.holds.policy import LegalHold, address_sha256
from triage.rights.search.persons import Person
from triage.rights.search.resolve import Resolution
from triage.rights.search.subjects import Subject

TOKEN = "<PERSON_858c78_f64f83eaa1ddefd3>"
PUBLISHED, BESIDE, UNPUBLISHED, AGED = ("0a" * 32, "0b" * 32, "0c" * 32, "0d" * 32)
BY_MAIL = LegalHold(id="H1", reason="a case", mail_keys=frozenset({PUBLISHED}))
BY_TOKEN = LegalHold(id="H2", reason="a case", tokens=frozenset({TOKEN}))
BY_ADDRESS = LegalHold(id="H3", reason="a case", address_sha256=frozenset({address_sha256("a@b.example")}))


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    store = Store(spark, str(tmp_path / "lake"))
    raw = [
        {"mail_key": key, "batch_id": 1, "file_key": "f", "sealed": None if key is AGED else bytearray(b"s")}
        for key in (PUBLISHED, BESIDE, UNPUBLISHED, AGED)
    ]
    store.append_rows(RAW_MAIL, raw, 1)
    rows = [{"mail_key": PUBLISHED, "body": "Hi"}, {"mail_key": BESIDE, "body": f"Hi {TOKEN}"}]
    store.append_rows(SILVER_MAIL, [row | {"batch_id": 1} for row in rows], 1)
    return store


def test_mails_of_unknown_people_are_on_hold(engine: Engine, keys: Keys) -> None:
    on_hold = {hold.id: mails_on_hold([hold], engine, keys).values() for hold in (BY_MAIL, BY_TOKEN, BY_ADDRESS)}
    assert on_hold == {"H1": {PUBLISHED}, "H2": {BESIDE, UNPUBLISHED}, "H3": {UNPUBLISHED}}


def test_a_mail_on_hold_loses_no_name(engine: Engine, keys: Keys) -> None:
    person = Person(Subject("mail_key", UNPUBLISHED), mail_keys={UNPUBLISHED})
    validate_erasure([BY_MAIL], Resolution([person], {BESIDE: {0}}), engine, keys)
    with pytest.raises(LegalHoldError, match="H1"):
        validate_erasure([BY_MAIL], Resolution([person], {PUBLISHED: {0}}), engine, keys)
    with pytest.raises(LegalHoldError, match="H3"):
        validate_erasure([BY_ADDRESS], Resolution([person]), engine, keys)
