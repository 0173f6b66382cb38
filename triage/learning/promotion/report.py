"""What a person reads of a verdict: a table of figures, and what was decided, why, and what can be done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.table import Table

from triage.config import Settings
from triage.labelling.evaluation.metrics import print_table
from triage.labelling.registry.champion import head_model_name
from triage.learning.promotion.comparison.limits import Limit
from triage.learning.promotion.comparison.rule import Comparison
from triage.learning.promotion.comparison.slices import WHOLE, SliceFigures
from triage.learning.promotion.verdict import Verdict

_MOST_SLICES = 10


def print_verdict(verdict: Verdict, settings: Settings) -> None:
    """Both on standard output."""
    table = verdict_table(verdict)
    if table is not None:
        print_table(table)
    sys.stdout.write(verdict_note(verdict, settings) + "\n")


def verdict_table(verdict: Verdict) -> Table | None:
    """Both models beside each other: overall, by head, the slices that changed most, and the limits."""
    found = verdict.comparison
    if found is None:
        return None
    table = Table("", "champion", "challenger", "rows", "", title=f"{verdict.model} version {verdict.version}, "
                  f"challenger of {verdict.opponent}, on rows that neither learnt from")  # fmt: skip
    _add_overall(table, found)
    table.add_section()
    for one in _most_changed(found.slices):
        table.add_row(one.name, f"{one.champion:.1%}", f"{one.challenger:.1%}", str(one.rows), _worse(one))
    table.add_section()
    for limit in found.limits:
        table.add_row(_name(limit), limit.shown(limit.champion), limit.shown(limit.challenger), "", _passed(limit))
    return table


def verdict_note(verdict: Verdict, settings: Settings) -> str:
    """The decision with its reasons, which model labels now, and how a person can decide otherwise."""
    return " ".join(_sentences(verdict, settings))


def model_option(name: str, settings: Settings) -> str:
    """The option of jobs/promote.py that names this model; empty for the bundle."""
    head = name.removeprefix(head_model_name(settings, ""))
    return "" if name == settings.mlflow.registered_model else f" --head {head}"


def _sentences(verdict: Verdict, settings: Settings) -> Iterator[str]:
    version = f"{verdict.model} version {verdict.version}"
    command = f"jobs/promote.py{model_option(verdict.model, settings)} --version {verdict.version}"
    stays = f"{verdict.opponent} stays the champion." if verdict.opponent else "No champion was compared with it."
    if verdict.goes_live:
        yield f"{version} is the champion now."
        yield from verdict.sentences
    elif verdict.decision == "on_trial":
        yield f"{version} passed the gate and is on trial now (jobs/trial.py status). {stays}"
        yield from verdict.sentences
    elif verdict.decision == "awaits_approval":
        yield f"{version} waits for approval. {stays}"
        yield from verdict.sentences
        yield f"To approve it: {command} --approve --reason TEXT"
    else:
        yield f"{version} is refused. {stays}"
        yield from verdict.sentences
        yield f"To promote it all the same: {command} --promote --reason TEXT"


def _add_overall(table: Table, found: Comparison) -> None:
    one = found.overall
    points = f"{100 * one.gain.value:+.1f} points [{100 * one.gain.low:+.1f}, {100 * one.gain.high:+.1f}]"
    table.add_row("macro-F1", f"{one.champion:.3f}", f"{one.challenger:.3f}", str(one.rows), points)
    for head in one.heads:
        figures = (head.champion_macro_f1, head.challenger_macro_f1)
        p = f"McNemar's p {head.mcnemar_p:.2g}"
        table.add_row(f"{head.head}: macro-F1", *(f"{value:.3f}" for value in figures), str(head.rows), "")
        right = (head.champion_accuracy, head.challenger_accuracy)
        table.add_row(f"{head.head}: right", *(f"{value:.1%}" for value in right), str(head.rows), p)


def _most_changed(slices: Sequence[SliceFigures]) -> list[SliceFigures]:
    """Those that block first, then by the size of the change."""
    parts = [one for one in slices if one.kind != WHOLE]
    return sorted(parts, key=lambda one: (not one.worse, -abs(one.challenger - one.champion)))[:_MOST_SLICES]


def _worse(one: SliceFigures) -> str:
    return f"worse, p {one.p:.2g}" if one.worse else ""


def _name(limit: Limit) -> str:
    return f"{limit.head}: {limit.name}" if limit.head else limit.name


def _passed(limit: Limit) -> str:
    return "" if limit.passed else f"beyond {limit.shown(limit.allowed)}"
