"""Row rules: conditions on one processed mail. The codes of all rules that apply are collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as f

from triage.reasons import Mark, Reason

Condition = Callable[[], Column]
"""A function, because a Column cannot be created before there is a session."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """When a code applies (null counts as no). A mail with a Reason is quarantined, one with a Mark published."""

    code: Reason | Mark
    applies: Condition


def _is_blank(column: str) -> Column:
    return f.coalesce(~f.col(column).rlike(r"\S"), f.lit(True))


ROW_RULES: tuple[RowRule, ...] = (
    RowRule(
        Reason.NO_CONTENT,
        lambda: _is_blank("subject") & _is_blank("body") & (f.size("attachments") <= 0),
    ),
    RowRule(Mark.NO_RECIPIENT, lambda: f.size("recipients") <= 0),
    RowRule(
        Mark.DATE_AFTER_RECEIPT,
        lambda: f.col("sent_at") > f.col("received_at") + f.expr("INTERVAL 2 DAYS"),
    ),
)


def violations(of: type[Reason | Mark], rules: Sequence[RowRule] = ROW_RULES) -> Column:
    """The codes of one kind that apply to a row, as an array of strings."""
    codes = [
        f.when(f.coalesce(rule.applies(), f.lit(False)), f.lit(rule.code))
        for rule in rules
        if isinstance(rule.code, of)
    ]
    return f.array_compact(f.array(*codes)) if codes else f.array().cast("array<string>")
