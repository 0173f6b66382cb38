"""What would change the decisions about a mail, and where it would go then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame, Row

from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.head import lead_over, order_of_units, rival_of
from triage.labelling.explanation.model import Change
from triage.labelling.explanation.occlusion import Unit, without
from triage.labelling.explanation.replay import Judges
from triage.labelling.explanation.what_if import Goal, Trials, smallest_changes
from triage.lake.tables import LABELS
from triage.routing.route import route
from triage.routing.rules import Rules


def changes_of(
    mail: DataFrame,
    judges: Judges,
    rules: Rules,
    said: Mapping[str, Row],
    parts: Mapping[str, Contributions],
) -> dict[str, tuple[Change, ...]]:
    """By head, the smallest changes found to the one mail that bring another best label, or (no) abstention.

    `said` holds the head's row of gold/labels, `parts` its terms, which tell what is worth a try.
    """
    goals = [goal for head in said for goal in _goals(mail, said[head], parts[head])]
    trials = Trials(mail, judges.label)
    reached = smallest_changes(trials, goals)
    routes = _routes(mail, trials, list(reached.values()), rules)
    found: dict[str, tuple[Change, ...]] = dict.fromkeys(said, ())
    for (goal, removal), taken in zip(reached.items(), routes, strict=True):
        found[goal.head] += (_change(goal, removal, trials.said(removal)[goal.head], taken),)
    return found


def _goals(mail: DataFrame, said: Row, found: Contributions) -> list[Goal]:
    lead = lead_over(found.labels, said.best_label, rival_of(said))
    order = tuple(order_of_units(found, lead, mail))
    other = Goal(said["head"], "another best label", order)
    if said.abstained:
        return [other, Goal(said["head"], "a decision", order[::-1])]
    return [other, Goal(said["head"], "an abstention", order)]


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
    """The routes of the mail without each of these, in their order."""
    if not removals:
        return []
    rows = [
        tuple((row.asDict() | {"mail_key": str(number)}).get(name) for name in LABELS.column_names)
        for number, removal in enumerate(removals)
        for row in trials.said(removal).values()
    ]
    labels = mail.sparkSession.createDataFrame(rows, LABELS.schema, verifySchema=False).coalesce(1)
    found = route(without(mail, removals), labels, rules).collect()
    return sorted(found, key=lambda row: int(row.mail_key))
