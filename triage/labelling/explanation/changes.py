"""Finds the smallest changes to a mail for each head's goals, and routes the changed mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyspark.sql import Row

from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.counterfactuals import Goal, Trials, smallest_changes
from triage.labelling.explanation.occlusion import Unit
from triage.labelling.explanation.ranking import lead_weights, runner_up, units_by_support
from triage.labelling.explanation.replays import Replay
from triage.labelling.explanation.schema import Change


def changes_by_head(replay: Replay, parts: Mapping[str, Contributions]) -> dict[str, tuple[Change, ...]]:
    """By head, the smallest changes found to the one mail that lead to another best label, or to (no) abstention.

    `parts` has each head's contributions, which order the search.
    """
    rows = replay.rows
    goals = [goal for head in rows for goal in _goals(replay.columns, rows[head], parts[head])]
    trials = Trials(replay.label)
    reached = smallest_changes(trials, goals)
    removals = list(reached.values())
    routes = replay.routes(removals, [trials.labels(removal) for removal in removals])
    found: dict[str, tuple[Change, ...]] = dict.fromkeys(rows, ())
    for (goal, removal), taken in zip(reached.items(), routes, strict=True):
        found[goal.head] += (_change(goal, removal, trials.labels(removal)[goal.head], taken),)
    return found


def _goals(columns: Collection[str], row: Row, found: Contributions) -> list[Goal]:
    lead = lead_weights(found.labels, row.best_label, runner_up(row))
    order = tuple(units_by_support(found, lead, columns))
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
