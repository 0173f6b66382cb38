"""Row rules: each names a condition on one processed mail; all that apply are collected, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as f

Condition = Callable[[], Column]
"""Made when it is needed: a Column cannot be made before there is a session."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """A code, what it means, when it applies (null counts as no), and whether the mail is held back for it."""

    code: str
    meaning: str
    applies: Condition
    holds: bool = False


def _is_blank(column: str) -> Column:
    return f.coalesce(~f.col(column).rlike(r"\S"), f.lit(True))


ROW_RULES: tuple[RowRule, ...] = (
    RowRule(
        "NO_CONTENT",
        "Neither subject, body nor attachment: there is nothing to label. Look at the export.",
        lambda: _is_blank("subject") & _is_blank("body") & (f.size("attachments") <= 0),
        holds=True,
    ),
    RowRule("NO_RECIPIENT", "No To, Cc or Bcc is there.", lambda: f.size("recipients") <= 0),
    RowRule(
        "DATE_AFTER_RECEIPT",
        "The Date header lies more than two days after the receipt.",
        lambda: f.col("sent_at") > f.col("received_at") + f.expr("INTERVAL 2 DAYS"),
    ),
)


def violations(holding: bool, rules: Sequence[RowRule] = ROW_RULES) -> Column:
    """The codes of all rules that apply to a row: those that hold it back, or those that only mark it."""
    codes = [
        f.when(f.coalesce(rule.applies(), f.lit(False)), f.lit(rule.code))
        for rule in rules
        if rule.holds == holding
    ]
    return f.array_compact(f.array(*codes)) if codes else f.array().cast("array<string>")
