"""The tables and notes that jobs/train.py and jobs/evaluate.py print."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich.table import Table

from triage.errors import ConfigError
from triage.labelling.data.report import report_table
from triage.labelling.evaluation.metrics import Score, class_table, print_table, score_table
from triage.labelling.promotion.evaluate import Prediction
from triage.labelling.promotion.registration import Registration
from triage.labelling.training.result import OURS
from triage.labelling.training.search import SearchResult


def print_training(made: Registration) -> None:
    """What was wrong in a labelled file, the figures on held-out rows, and the note, on standard output."""
    if made.report:
        print_table(report_table(made.report))
    print_table(training_table(made))
    sys.stdout.write(registration_note(made) + "\n")


def training_table(made: Registration) -> Table:
    """The new version beside the majority class and the baseline, on the held-out rows."""
    return score_table(f"{made.name} version {made.version}, on held-out rows", made.trained.scores)


def registration_note(made: Registration) -> str:
    """Rows used and left out, and the combinations chosen."""
    dropped = ", ".join(f"{count} for {head}" for head, count in made.trained.dropped.items() if count)
    left_out = f"Left out for an unknown label, no label or no text: {dropped}." if dropped else "No row was left out."
    search = "; ".join(_searched(head, found) for head, found in made.trained.searches.items())
    return f"{len(made.trained.rows)} rows read. {left_out} Chosen: {search}."


def _searched(head: str, found: SearchResult) -> str:
    cut = ", ended by its budget of seconds" if found.cut_short else ""
    return f"{head} by {found.best.candidate.name} of {len(found.tried)} tried{cut}"


def bundle_table(scores: Mapping[str, Score]) -> Table:
    """The champion's figures a head."""
    return score_table("champion, on the held-out gold", {head: {OURS: score} for head, score in scores.items()})


def prediction_table(head: str, rows: Sequence[Prediction]) -> Table:
    """Figures by label over the rows that have one. Raises ConfigError when none has."""
    known = [row for row in rows if row.label]
    if not known:
        raise ConfigError("No row has a label to compare with.", where="--label", remedy="Name the column with labels.")
    abstained = sum(row.abstained for row in rows) / len(rows)
    title = f"{head}: {len(rows)} rows, {abstained:.1%} below the threshold"
    return class_table(title, [row.label for row in known], [row.predicted for row in known])
