"""The journal keeps answers, tells nobody's name, and leaves nothing behind."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.page.builders import ADA, AT, key_of
from triage.errors import PrivacyError
from triage.learning.page.desk.journal import Answer, Journal
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret


def answer(number: int, **given: str | None) -> Answer:
    about = (f"correction-{number}", f"item-{number}", key_of(number), "category", "sales", "billing", "3")
    return replace(Answer(*about, AT, ADA.token, "Ada Quill", "asks for Bruno's offer", "page"), **given)  # type: ignore[arg-type]


def test_what_was_added_is_pending_in_its_order_until_it_is_removed(journal: Journal) -> None:
    given = [answer(2), answer(1), answer(3, reason=None, undoes="correction-1")]
    journal.add(given)
    pending = journal.pending()
    assert [one for _, one in pending] == given
    journal.remove([number for number, _ in pending[:2]])
    assert [one for _, one in journal.pending()] == given[2:]
    assert journal.waiting() == 1


def test_an_answer_is_in_it_once(journal: Journal) -> None:
    journal.add([answer(1)])
    journal.add([answer(1), answer(1, label="hr")])
    assert [one.label for _, one in journal.pending()] == ["sales"]


def test_a_transaction_that_fails_leaves_nothing(journal: Journal) -> None:
    def interrupted() -> None:
        with journal.transaction():
            journal.add([answer(1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert journal.pending() == []


def test_another_process_finds_it_all(journal: Journal, tmp_path: Path, keys: Keys) -> None:
    """Read by a second connection while the first is open: nothing waits for an orderly end."""
    journal.add([answer(1)])
    journal.claim(key_of(2), ADA.token, 5.0)
    journal.skip("item-3", key_of(3), ADA.token)
    other = Journal(tmp_path / "review", keys)
    assert [one for _, one in other.pending()] == [answer(1)]
    assert (other.claims(), other.skips()) == ([(key_of(2), ADA.token, 5.0)], [("item-3", ADA.token)])
    other.close()


def test_every_commit_of_an_answer_is_synced(journal: Journal) -> None:
    assert journal._base.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert journal._base.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_only_its_owner_opens_it_and_names_and_reasons_are_sealed(journal: Journal, tmp_path: Path) -> None:
    journal.add([answer(1)])
    folder = tmp_path / "review"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    assert key_of(1).encode() in content
    assert b"Quill" not in content
    assert b"Bruno" not in content


def test_nothing_of_a_removed_answer_is_left_in_its_files(journal: Journal, tmp_path: Path) -> None:
    journal.add([answer(1)])
    journal.remove([number for number, _ in journal.pending()])
    content = b"".join(file.read_bytes() for file in (tmp_path / "review").iterdir())
    assert key_of(1).encode() not in content


def test_claims_and_skips_of_mails_that_are_gone_go_too(journal: Journal, tmp_path: Path) -> None:
    for number in (1, 2):
        journal.claim(key_of(number), ADA.token, 5.0)
        journal.skip(f"item-{number}", key_of(number), ADA.token)
    journal.retain({key_of(2)})
    assert (journal.claims(), journal.skips()) == ([(key_of(2), ADA.token, 5.0)], [("item-2", ADA.token)])


def test_another_key_does_not_open_a_name(journal: Journal, tmp_path: Path) -> None:
    journal.add([answer(1)])
    other = Journal(tmp_path / "review", keys_from_secret(b"o" * 32))
    with pytest.raises(PrivacyError):
        other.pending()
    other.close()


def test_it_is_a_plain_database(journal: Journal, tmp_path: Path) -> None:
    journal.add([answer(1)])
    with sqlite3.connect(tmp_path / "review" / "journal.db") as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT head, label FROM answers").fetchall() == [("category", "sales")]
