"""What a help desk tells of mails is stored once, and what cannot be stored is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.lakes import SECRET
from tests.query.conftest import key, no_spark
from triage.config import load_settings
from triage.errors import ConfigError
from triage.helpdesk.status import add_status
from triage.helpdesk.status_file import Rejected, read_status_file
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LEDGER, ROUTES, SILVER_MAIL, STATUS
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.privacy.pseudonyms.lake_key import lake_key, mail_hash
from triage.privacy.pseudonyms.sealing import seal
from triage.privacy.pseudonyms.tokens import pseudonym

SENT = datetime(2026, 11, 2, 8, tzinfo=UTC)
CSV = f"""\
mail_key;message_id;status;at
{key(1)};;answered;2026-11-03T09:30:00+01:00
;<two@firm.example>;Closed;2026-11-03 10:00
{key(9)};;answered;2026-11-03T09:30:00+01:00
{key(1)};;lost;2026-11-03T09:30:00+01:00
{key(1)};;answered;yesterday
;;answered;2026-11-03T09:30:00+01:00
{key(1)};;answered;2999-01-01
{key(1)};;answered;2026-10-30
"""


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setenv("TRIAGE_KEY", SECRET)
    return load_keys(load_settings())


@pytest.fixture
def store(tmp_path: Path, keys: Keys) -> Store:
    made = Store(no_spark, str(tmp_path / "lake"))
    sealed = seal(b"export.mbox", b"a", keys)
    made.append_rows(LEDGER, [{"batch_id": 1, "kind": "file", "file_key": "a", "sealed_path": sealed}], 1)
    made.append_rows(ROUTES, [{"mail_key": key(n), "batch_id": 1, "sent_at": SENT} for n in (1, 2)], 1)
    token = pseudonym("MESSAGE_ID", "two@firm.example", keys)
    silver = [{"mail_key": key(2), "batch_id": 1, "message_token": token, "key_id": keys.key_id}]
    made.append_rows(SILVER_MAIL, silver, 1)
    return made


def written(tmp_path: Path, text: str, name: str = "status.csv") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_what_is_right_goes_in_once_and_the_rest_is_named(store: Store, keys: Keys, tmp_path: Path) -> None:
    file = written(tmp_path, CSV)
    first = add_status(store, keys, read_status_file(file), "help_desk")
    again = add_status(store, keys, read_status_file(file), "help_desk")
    assert (first.added, first.known, [one.row for one in first.rejected]) == (2, 0, [4, 5, 6, 7, 8, 9])
    assert (again.added, again.known) == (0, 2)
    rows = sorted(store.rows(STATUS, ("mail_key", "status", "changed_at")), key=lambda row: row["mail_key"])
    assert [(row["mail_key"], row["status"], f"{row['changed_at']:%H:%M}") for row in rows] == [
        (key(1), "answered", "08:30"), (key(2), "closed", "10:00"),
    ]  # fmt: skip


def test_no_message_id_is_stored(store: Store, keys: Keys, tmp_path: Path) -> None:
    add_status(store, keys, read_status_file(written(tmp_path, CSV)), "help_desk")
    assert all("firm.example" not in repr(row) for row in store.rows(STATUS, STATUS.column_names))


def test_jsonl_is_read_too(store: Store, keys: Keys, tmp_path: Path) -> None:
    line = f'{{"mail_key": "{key(1)}", "status": "reopened", "at": "2026-11-03T09:30:00Z"}}\n'
    stored = add_status(store, keys, read_status_file(written(tmp_path, line, "status.jsonl")), "help_desk")
    assert (stored.added, stored.rejected) == (1, ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no JSON", "cannot be read"),
        ('{"status": "answered", "at": "2026-11-03"}', "names no mail"),
        (f'{{"mail_key": "{key(1)}", "status": "answered", "at": "yesterday"}}', "time is none"),
        (f'{{"mail_key": "{key(1)}", "status": "answered", "at": "2999-01-01"}}', "yet to come"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(tmp_path: Path, line: str, said: str) -> None:
    [rejected] = read_status_file(written(tmp_path, f"{line}\n", "status.jsonl"))
    assert isinstance(rejected, Rejected) and said in rejected.what


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "mail_key,status\nx,answered\n"])
def test_a_file_with_other_columns_is_no_status_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="columns"):
        list(read_status_file(written(tmp_path, text)))


def test_nothing_is_added_of_a_mail_that_is_being_erased(store: Store, keys: Keys, tmp_path: Path) -> None:
    """The erasure has listed its mails and not deleted their rows yet, or has deleted them since they were read."""
    erased = mail_hash(lake_key(store, keys), key(1))
    store.add(ERASURES, [{"erasure_id": "a", "phase": "begun", "mail_hashes": [erased]}])
    found = add_status(store, keys, read_status_file(written(tmp_path, CSV)), "help_desk")
    assert (found.added, [one.row for one in found.rejected]) == (1, [2, 4, 5, 6, 7, 8, 9])
    assert [row["mail_key"] for row in store.rows(STATUS, ("mail_key",))] == [key(2)]
