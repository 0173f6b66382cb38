"""Settled labels: what goes into the gold set, and what is rejected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread, current_thread

import pytest

from tests.lake.builders import no_spark
from tests.learning.corrections.lakes import MAILS, NOW, begin_erasure, made_lake, settings_over
from tests.learning.review.lakes import ANN
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import GOLD_SET, Table
from triage.learning.review.gold import GoldOutcome, read_settled, settle, settled_labels
from triage.privacy.pseudonyms.keys import keys_from_secret

KEYS = keys_from_secret(bytes.fromhex("5a" * 32))
Given = tuple[str, str, str]
FINE: Given = (MAILS[0], "category", "sales")


@pytest.fixture
def lake(tmp_path: Path) -> Store:
    return made_lake(tmp_path / "lake", KEYS)


def settled(lake: Store, *rows: Given, replace: bool = False) -> GoldOutcome:
    given = [dict(zip(("mail_key", "head", "label"), row, strict=True)) for row in rows]
    return settle(lake, KEYS, load_taxonomy(settings_over(lake)), given, ANN, NOW + timedelta(days=1), replace=replace)


def test_a_settled_label_is_stored_once_with_who_and_when(lake: Store) -> None:
    assert settled(lake, FINE) == GoldOutcome(1, 0, 0, ())
    assert settled(lake, FINE, FINE) == GoldOutcome(0, 0, 2, ())
    [row] = lake.rows(GOLD_SET, GOLD_SET.column_names)
    assert (row["settled_by"], row["settled_at"]) == (ANN, NOW + timedelta(days=1))
    assert settled_labels(lake) == {FINE[:2]: "sales"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        pytest.param(("123", "category", "sales"), "64 hexadecimal digits", id="no key"),
        pytest.param(("0" * 64, "category", "sales"), "no such mail", id="unknown mail"),
        pytest.param((MAILS[0], "mood", "sales"), "no such head", id="unknown head"),
        pytest.param((MAILS[0], "category", "<PERSON>"), "no such label", id="unknown label"),
        pytest.param((MAILS[0], "category", ""), "no such label", id="no label"),
    ],
)
def test_a_row_that_cannot_be_right_is_rejected_with_its_number_and_no_value(lake: Store, row: Given, why: str) -> None:
    found = settled(lake, FINE, row)
    assert found.added == 1
    [line] = found.rejected
    assert line.startswith("row 2: ")
    assert why in line
    assert not any(value in line for value in (row[0], row[2]) if value)


def test_a_mail_whose_erasure_has_begun_is_no_mail_any_more(lake: Store) -> None:
    begin_erasure(lake, KEYS, MAILS[0])
    found = settled(lake, FINE, (MAILS[1], "category", "sales"))
    assert (found.added, found.rejected) == (1, ("row 1: silver/mail has no such mail",))


def test_two_jobs_at_once_settle_a_mail_once(lake: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have begun before either has written; a thread stands for a process, and the lock is the same file."""
    both = Barrier(2)
    alone = Store.alone

    def together(self: Store, table: Table) -> AbstractContextManager[None]:
        if table is GOLD_SET and current_thread() not in begun:
            begun.add(current_thread())
            both.wait(10)
        return alone(self, table)

    begun: set[Thread] = set()
    monkeypatch.setattr(Store, "alone", together)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda store: settled(store, FINE), [lake, Store(no_spark, lake.root)]))
    assert sorted((one.added, one.known) for one in outcomes) == [(0, 1), (1, 0)]
    assert lake.count(GOLD_SET) == 1


def test_another_label_for_the_same_mail_is_rejected(lake: Store) -> None:
    settled(lake, FINE)
    other = (*FINE[:2], "hr")
    assert settled(lake, other).rejected == (
        "row 1: another label is settled for this mail and head; --replace changes it",
    )
    found = settled(lake, (MAILS[1], "category", "sales"), (MAILS[1], "category", "hr"), replace=True)
    assert (found.added, len(found.rejected)) == (1, 1)  # two rows of one file that differ are a mistake of the file


def test_a_file_is_read_with_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text(f"mail_key,head,label,note\n{MAILS[0]}, category , sales ,x\n")
    assert read_settled(file) == [{"mail_key": MAILS[0], "head": "category", "label": "sales"}]


def test_a_file_without_a_column_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text("mail_key,head\na,b\n")
    with pytest.raises(ConfigError, match="no column label"):
        read_settled(file)
