"""Judges a registered version beside the champion, on labelled rows that neither learnt from; changes nothing."""

from __future__ import annotations

from pyspark import StorageLevel
from pyspark.sql import DataFrame

from triage.config import Settings
from triage.learning.promotion.comparison.first import FirstFigures, first_figures, first_passes
from triage.learning.promotion.comparison.rule import Comparison, compare, passes
from triage.learning.promotion.judging.answers import Side, answers, costs_of
from triage.learning.promotion.judging.case import Case, Version, open_case
from triage.learning.promotion.judging.labelled import LabelledRows, read_labelled
from triage.learning.promotion.judging.pairing import NONE_LEFT_OUT, LeftOut, alone, pair
from triage.learning.promotion.verdict import Decision, Opponent, Verdict


def judge(settings: Settings, challenger: Version, rows: DataFrame, look: int | None = None) -> Verdict:
    """Whether the version should go live, with the evidence; see the package for `rows`.

    `look` counts the comparisons of the champion on rows that come back, this one included; None: they come once.
    Without a champion it must beat the majority class. Raises ConfigError where the version is the champion already,
    ModelError where its files are not those that were registered.
    """
    case = open_case(settings, challenger)
    held = rows.persist(StorageLevel.DISK_ONLY)
    try:
        labelled = read_labelled(held, [one.head.name for one in case.heads], case.keys)
        if case.opponent is None:
            return _first(case, held, labelled)
        return _compared(case, case.opponent, held, labelled, look)
    finally:
        held.unpersist()


def _first(case: Case, rows: DataFrame, labelled: LabelledRows) -> Verdict:
    """On a model that nothing valid is compared with."""
    side, settings = case.challenger, case.settings.learning.promotion
    heads = alone(case.heads, labelled, answers(side, rows, case.of_side(side), labelled))
    if not heads:
        return _verdict(case, ["No labelled row is left that the model did not learn from."], passed=False)
    figures = first_figures(heads, settings)
    passed, why = first_passes(figures, settings)
    return _verdict(case, [*filter(None, [case.fault]), why], passed=passed, first=figures)


def _compared(case: Case, opponent: Side, rows: DataFrame, labelled: LabelledRows, look: int | None) -> Verdict:
    settings = case.settings.learning.promotion
    old, new = (answers(side, rows, case.of_side(side), labelled) for side in (opponent, case.challenger))
    paired, left = pair(case.heads, labelled, old, new)
    common = None if paired is None else paired.common()
    count = 0 if common is None else max(int(head.known.sum()) for head in common.heads)
    if paired is None or count < settings.least_rows:
        return _verdict(case, [_too_few(count, left, settings.least_rows)], passed=False, left_out=left)
    sides = [(side, case.of_side(side)) for side in (opponent, case.challenger)]
    champion, challenger = costs_of(sides[0], sides[1], rows, settings)
    found = compare(paired, settings, champion=champion, challenger=challenger, look=look)
    passed, why = passes(found, settings)
    missing = list(case.missing())
    return _verdict(case, [*missing, *why], passed=passed and not missing, comparison=found, left_out=left)


def _too_few(count: int, left: LeftOut, least: int) -> str:
    learnt = f" {left.champion} more were left out, because the champion learnt from them." if left.champion else ""
    return (
        f"Too few rows: it can be compared with the champion on {count} labelled rows, and the gate needs {least} "
        f"(learning.promotion.least_rows).{learnt}"
    )


def _verdict(
    case: Case,
    reasons: list[str],
    *,
    passed: bool,
    comparison: Comparison | None = None,
    first: FirstFigures | None = None,
    left_out: LeftOut = NONE_LEFT_OUT,
) -> Verdict:
    waits = case.settings.learning.promotion.approval
    decision: Decision = "refused" if not passed else "awaits_approval" if waits else "promoted"
    model, other = case.challenger.model, case.opponent
    opponent = None if other is None else Opponent(other.model.name, other.model.version)
    return Verdict(
        model.name, model.version, case.champion, opponent, decision, tuple(reasons), comparison, first, left_out
    )
