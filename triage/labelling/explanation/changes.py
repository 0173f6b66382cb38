"""Finds the smallest changes to a mail for each head's goals, and routes the changed mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame, Row

from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.counterfactuals import Goal, Trials, smallest_changes
from triage.labelling.explanation.occlusion import Unit, without
from triage.labelling.explanation.ranking import lead_weights, runner_up, units_by_support
from triage.labelling.explanation.replay import DecidingModels
from triage.labelling.explanation.schema import Change
from triage.lake.tables import LABELS
from triage.routing.route import route
from triage.routing.rules import Rules


def changes_by_head(
    mail: DataFrame,
    models: DecidingModels,
    rules: Rules,
    rows: Mapping[str, Row],
    parts: Mapping[str, Contributions],
) -> dict[str, tuple[Change, ...]]:
    """By head, the smallest changes found to the one mail that lead to another best label, or to (no) abstention.

    `rows` has each head's row of gold/labels, `parts` its contributions, which order the search.
    """
    goals = [goal for head in rows for goal in _goals(mail, rows[head], parts[head])]
    trials = Trials(mail, models.label)
    reached = smallest_changes(trials, goals)
    routes = _routes(mail, trials, list(reached.values()), rules)
    found: dict[str, tuple[Change, ...]] = dict.fromkeys(rows, ())
    for (goal, removal), taken in zip(reached.items(), routes, strict=True):
        found[goal.head] += (_change(goal, removal, trials.labels(removal)[goal.head], taken),)
    return found


def _goals(mail: DataFrame, row: Row, found: Contributions) -> list[Goal]:
    lead = lead_weights(found.labels, row.best_label, runner_up(row))
    order = tuple(units_by_support(found, lead, mail))
    other = Goal(row["head"], "another best label", order)
    if row.abstained:
        return [other, Goal(row["head"], "a decision", order[::-1])]
    return [other, Goal(row["head"], "an abstention", order)]


def _change(goal: Goal, removal: frozenset[Unit], then: Row, taken: Row) -> Change:
    return Change(
        goal.wanted,
        tuple(sorted(unit.name for unit in removal)),
        then.best_label,
        then.score,
        then.abstained,
        taken.queue,
        taken.rule,
    )


def _routes(mail: DataFrame, trials: Trials, removals: Sequence[frozenset[Unit]], rules: Rules) -> list[Row]:
    """The routes of the mail without each of these removals, in their order."""
    if not removals:
        return []
    rows = [
        tuple((row.asDict() | {"mail_key": str(number)}).get(name) for name in LABELS.column_names)
        for number, removal in enumerate(removals)
        for row in trials.labels(removal).values()
    ]
    labels = mail.sparkSession.createDataFrame(rows, LABELS.schema, verifySchema=False).coalesce(1)
    found = route(without(mail, removals), labels, rules).collect()
    return sorted(found, key=lambda row: int(row.mail_key))
