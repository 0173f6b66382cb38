"""What is blanked in other people's rows, and what follows from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from triage.lake.store import Store
from triage.lake.tables import (
    BASELINES,
    CORRECTIONS,
    PROMOTIONS,
    RELABELS,
    REVEALS,
    SILVER_MAIL,
    TABLES,
    THREADS,
    Table,
)
from triage.mail.word_terms import terms_of, word_hash
from triage.rights.engine.base import Engine
from triage.rights.erasure.blanking import ERASED, STATED_BY_PEOPLE, blank_parents, blank_statements, blank_text
from triage.rights.erasure.erase import CLEARED_TABLES
from triage.rights.erasure.row_counts import RowCounts
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject


@pytest.mark.slow
def test_hashes_of_a_blanked_text_are_made_anew(store: Store, engine: Engine) -> None:
    subject, body = "Invoice", "Dear Zebulon Quixworth, please pay"
    row: dict[str, Any] = {"batch_id": 1, "subject": subject, "body": body, "language": "en", "body_chars": len(body)}
    facts = {"terms": terms_of(subject, body), "words": 6, "rare_words": 2, "garbled": 0}
    zones = {"zones": [("newest", 0, 24), ("signature", 24, len(body))]}
    rows = [row | facts | zones | {"mail_key": "new"}, row | {"mail_key": "old"}, row | facts | {"mail_key": "other"}]
    store.append_rows(SILVER_MAIL, rows, 1)
    person = Person(Subject("address", "zq@example.com"), names={"Zebulon Quixworth"})
    blank_text(SILVER_MAIL, [person], {"new": {0}, "old": {0}}, engine, RowCounts.of(1))
    found = {r.mail_key: r for r in store.read(SILVER_MAIL).collect()}
    assert found["new"].body == "Dear <ERASED>, please pay"
    assert found["new"].terms == sorted(map(word_hash, ("invoice", "dear", "please", "pay")))
    assert [tuple(zone) for zone in found["new"].zones] == [("newest", 0, 15), ("signature", 15, 25)], "zones follow"
    assert (found["new"].words, found["new"].rare_words) == (4, 0)
    assert (found["old"].body, found["old"].terms) == (found["new"].body, None), "older rows have no hashes"
    assert found["other"].terms == facts["terms"]


@pytest.mark.slow
def test_no_answer_names_an_erased_mail_any_more(store: Store, engine: Engine) -> None:
    own, answer, beside, other = (f"{number:064x}" for number in range(4))
    parents = {own: None, answer: own, beside: answer, other: other}
    rows = [
        {"mail_key": key, "batch_id": 1, "thread_id": "t", "family_id": "f", "parent_key": parent, "depth": 0,
         "joined_by": None, "sent_at": NOW, "subject_hash": None}
        for key, parent in parents.items()
    ]  # fmt: skip
    store.append_rows(THREADS, rows, 1)
    counts = RowCounts.of(1)
    blank_parents([Person(Subject("address", "zq@example.com"), mail_keys={own})], engine, counts)
    found = {row["mail_key"]: row["parent_key"] for row in store.rows(THREADS, ("mail_key", "parent_key"))}
    assert found == parents | {answer: None}
    assert counts.changed[0] == {THREADS.name: 1}


NOW = datetime.now(UTC)
STATED: dict[Table, dict[str, Any]] = {
    REVEALS: {"revealed_at": NOW, "os_user": "u", "action": "reveal", "key_id": "k", "outcome": "shown"},
    BASELINES: {"decided_at": NOW, "os_user": "u", "action": "reset", "run_ids": [], "taxonomy_version": "v"},
    CORRECTIONS: {
        "mail_key": "m",
        "corrected_at": NOW,
        "corrected_by": "p",
        "head": "h",
        "label": "l",
        "source": "page",
    },
    PROMOTIONS: {
        "decided_at": NOW,
        "model": "m",
        "version": "2",
        "decision": "overridden",
        "decided_by": "u",
        "evidence": "{}",
    },
    RELABELS: {
        "phase": "begun",
        "last_batch": 1,
        "written_at": NOW,
        "cause": "rollback",
        "model": "m",
        "model_version": "2",
        "models": {"m": "2"},
        "os_user": "u",
    },
}


def test_every_table_with_a_stated_reason_is_blanked_and_cleared() -> None:
    """But for those whose reasons the program gives."""
    by_program = {"gold/labels", "gold/routes"}
    stated = {table.name for table in TABLES if "reason" in table.column_names} - by_program
    assert stated <= {table.name for table in STATED_BY_PEOPLE} <= {table.name for table in CLEARED_TABLES}


@pytest.mark.slow
@pytest.mark.parametrize("table", STATED, ids=[table.name for table in STATED])
def test_a_reason_that_names_the_person_is_blanked_wherever_reasons_are_stated(table: Table, store: Store) -> None:
    reasons = {"1": "asked by Zebulon Quixworth", "2": "a quiet week", "3": "for <PERSON_858c78_f64f83eaa1ddefd3>"}
    store.add(table, [STATED[table] | {table.keys[0]: name, "reason": reason} for name, reason in reasons.items()])
    tokens = {"<PERSON_858c78_f64f83eaa1ddefd3>"}
    person = Person(Subject("address", "zq@example.com"), names={"Zebulon Quixworth"}, tokens=tokens)
    counts = RowCounts.of(1)
    blank_statements(table, [person], store, counts)
    found = {row[table.keys[0]]: row.reason for row in store.read(table).collect()}
    assert found == {"1": ERASED, "2": "a quiet week", "3": ERASED}
    assert counts.changed[0][table.name] == 1
    assert table in CLEARED_TABLES, "no old version keeps the reason"


@pytest.mark.slow
def test_the_evidence_of_a_decision_loses_the_words_that_name_the_person(store: Store) -> None:
    """Earlier versions wrote who overrides the gate into it, too; an approval copies the evidence before it."""
    said = "ops promotes it, with the reason: Zebul\u00f3n Quixworth wants it"
    evidence = json.dumps({"reasons": [said, "Too few rows."], "comparison": None})
    row = STATED[PROMOTIONS] | {"promotion_id": "1", "reason": "seen", "evidence": evidence}
    store.add(PROMOTIONS, [row])
    person = Person(Subject("address", "zq@example.com"), names={"Zebul\u00f3n Quixworth"})
    blank_statements(PROMOTIONS, [person], store, RowCounts.of(1))
    [found] = store.read(PROMOTIONS).collect()
    assert json.loads(found.evidence) == {"reasons": [ERASED], "comparison": None}
    assert found.reason == "seen"
