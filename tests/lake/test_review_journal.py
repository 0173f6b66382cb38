"""The journal as erasure and rotation see it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.learning.corrections.lakes import MAILS, made_lake
from triage.errors import TransientError
from triage.lake.review_journal import TABLES, closed_journal, forget_erased, page_lock, review_folder
from triage.lake.store import Store
from triage.learning.page.desk.journal import Journal
from triage.privacy.pseudonyms.keys import Keys

GONE = "ab" * 32


@pytest.fixture
def lake(tmp_path: Path, keys: Keys) -> Store:
    return made_lake(tmp_path / "lake", keys)


def add(lake: Store, *mail_keys: str, reviewer: str = "r") -> Path:
    """Rows of the mails in each table, in a journal whose process is gone."""
    folder = review_folder(lake.root)
    file = folder / "journal.db"
    for key in mail_keys:
        with sqlite3.connect(file) as base:
            base.execute(
                "INSERT INTO answers (correction_id, item_id, mail_key, head, label, at, reviewer, who, source) "
                "VALUES (?, 'i', ?, 'h', 'l', 't', ?, x'00', 'page')",
                (f"c-{key}-{reviewer}", key, reviewer),
            )
            base.execute("INSERT INTO claims VALUES (?, ?, 1.0)", (key, reviewer))
            base.execute("INSERT INTO skips VALUES ('i' || ?, ?, ?)", (key, key, reviewer))
    return file


def names(file: Path) -> set[str]:
    with sqlite3.connect(file) as base:
        return {row[0] for table in TABLES for row in base.execute(f"SELECT mail_key FROM {table}")}


def test_rows_of_mails_that_are_gone_go_with_their_bytes(lake: Store, keys: Keys) -> None:
    Journal(review_folder(lake.root), keys).close()
    file = add(lake, MAILS[0], GONE)
    assert forget_erased(lake, []) == 1
    assert names(file) == {MAILS[0]}
    assert GONE.encode() not in b"".join(one.read_bytes() for one in file.parent.iterdir())
    assert forget_erased(lake, []) == 0


def test_rows_of_a_person_who_was_erased_go_from_mails_that_stay(lake: Store, keys: Keys) -> None:
    Journal(review_folder(lake.root), keys).close()
    add(lake, *MAILS[:2], reviewer="<REVIEWER_858c78_f64f83eaa1ddefd3>")
    file = add(lake, MAILS[1])
    assert forget_erased(lake, ["<REVIEWER_858c78_f64f83eaa1ddefd3>"]) == 2
    assert names(file) == {MAILS[1]}
    assert b"REVIEWER" not in b"".join(one.read_bytes() for one in file.parent.iterdir())


@pytest.mark.parametrize("form", ["", "CREATE TABLE claims (mail_key TEXT, reviewer TEXT)"], ids=["empty", "half made"])
def test_a_journal_whose_page_was_killed_while_it_was_made_holds_nothing_up(lake: Store, form: str) -> None:
    file = review_folder(lake.root) / "journal.db"
    file.parent.mkdir()
    file.touch()
    with sqlite3.connect(file) as base:
        base.executescript(form)
    assert forget_erased(lake, ["r"]) == 0
    with closed_journal(lake.root):
        pass


def test_no_token_of_the_former_key_stays_after_a_rotation(lake: Store, keys: Keys) -> None:
    Journal(review_folder(lake.root), keys).close()
    file = add(lake, MAILS[0], reviewer="<REVIEWER_858c78_f64f83eaa1ddefd3>")
    with sqlite3.connect(file) as base:
        base.execute("PRAGMA secure_delete=ON")
        base.execute("DELETE FROM answers")
    with closed_journal(lake.root):
        assert b"REVIEWER" not in b"".join(one.read_bytes() for one in file.parent.iterdir())


def test_every_table_of_the_journal_is_reached(lake: Store, keys: Keys) -> None:
    Journal(review_folder(lake.root), keys).close()
    with sqlite3.connect(review_folder(lake.root) / "journal.db") as base:
        found = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert found - {"sqlite_sequence"} == set(TABLES)


def test_a_lake_without_a_page_has_nothing_to_forget(lake: Store) -> None:
    assert forget_erased(lake, []) == 0
    with closed_journal(lake.root):
        assert not review_folder(lake.root).exists()


def test_a_running_page_and_waiting_answers_hold_a_rotation_up(lake: Store, keys: Keys) -> None:
    with page_lock(lake.root) as folder:
        Journal(folder, keys).close()
        with pytest.raises(TransientError, match="A review page serves"), closed_journal(lake.root):
            pass
    add(lake, MAILS[0])
    with pytest.raises(TransientError, match="wait in its journal"), closed_journal(lake.root):
        pass
    with sqlite3.connect(review_folder(lake.root) / "journal.db") as base:
        base.execute("DELETE FROM answers")
    with closed_journal(lake.root), pytest.raises(TransientError), page_lock(lake.root):
        pass
