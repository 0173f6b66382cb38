"""Conditions as columns: what matches, what does not, and what null does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pyspark.sql import SparkSession

from tests.routing.builders import HEADS, mails
from triage.routing.attributes import attributes
from triage.routing.columns import fact_columns, matches
from triage.routing.conditions import Condition, read_condition

FACTS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "flag is true": ("{bulk: true}", {"bulk": True}, True),
    "flag is false": ("{bulk: false}", {"bulk": False}, True),
    "null flag is not true": ("{bulk: true}", {"bulk": None}, False),
    "null flag is not false": ("{bulk: false}", {"bulk": None}, False),
    "language": ("{language: [de, fr]}", {"language": "fr"}, True),
    "other language": ("{language: {none_of: de}}", {"language": "fr"}, True),
    "null language is no other language": ("{language: {none_of: de}}", {"language": None}, False),
    "bound is included": ("{size_bytes: {max: 100}}", {"size_bytes": 100}, True),
    "over the bound": ("{size_bytes: {max: 100}}", {"size_bytes": 101}, False),
    "importance": ("{importance: {max: 2}}", {"importance": 1}, True),
    "no importance": ("{importance: {max: 5}}", {"importance": None}, False),
    "attachments are counted": ("{attachments: {min: 1}}", {"attachments": [("a", "text/plain", 1)]}, True),
    "null attachments are none": ("{attachments: 0}", {"attachments": None}, True),
    "one of the marks": ("{marks: [A, B]}", {"marks": ["B"]}, True),
    "not all marks": ("{marks: {all_of: [A, B]}}", {"marks": ["B"]}, False),
    "null marks hold none": ("{marks: {none_of: A}}", {"marks": None}, True),
    "word in any case": ("{words: invoice}", {"body": "Your INVOICE, please"}, True),
    "word in the subject": ("{subject_words: invoice}", {"body": "invoice"}, False),
    "part of a word": ("{words: due}", {"body": "overdue dues"}, False),
    "phrase over a line break": ("{words: past due}", {"body": "it is past\r\n due."}, True),
    "word with signs": ("{words: c++}", {"subject": "on C++ (again)"}, True),
    "word beyond ASCII": ("{words: mahnung für}", {"subject": "MAHNUNG FÜR März"}, True),
    "word inside a pseudonym": ("{words: person}", {"body": "<PERSON_7f3a>"}, False),
    "words absent": ("{words: {none_of: [a, b]}}", {"body": "c"}, True),
    "all words in either text": ("{words: {all_of: [a, b]}}", {"subject": "a", "body": "b"}, True),
}


@pytest.fixture(scope="module")
def taken(spark: SparkSession) -> dict[tuple[str, str], bool]:
    """(case of the condition, case of the mail) → whether it matches; one job for all."""
    conditions = {case: _conditions(when) for case, (when, _, _) in FACTS.items()}
    facts = fact_columns([c for group in conditions.values() for c in group])
    names = {fact: f"fact_{i}" for i, fact in enumerate(facts)}
    known = mails(spark, *(mail for _, mail, _ in FACTS.values())).select(
        "mail_key", *(column.alias(names[fact]) for fact, column in facts.items())
    )
    rows = known.select(
        "mail_key", *(matches(group, names).alias(case) for case, group in conditions.items())
    ).collect()
    by_key = {row.mail_key: row for row in rows}
    return {(c, m): by_key[f"m{i}"][c] for c in FACTS for i, m in enumerate(FACTS, start=1)}


@pytest.mark.parametrize("case", FACTS)
def test_facts(taken: dict[tuple[str, str], bool], case: str) -> None:
    assert taken[case, case] is FACTS[case][2]


def test_never_null(taken: dict[tuple[str, str], bool]) -> None:
    assert set(taken.values()) == {True, False}


def _conditions(when: str) -> list[Condition]:
    known = attributes(HEADS)
    return [read_condition(known[name], given) for name, given in yaml.safe_load(when).items()]
