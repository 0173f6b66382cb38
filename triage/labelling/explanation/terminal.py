"""Prints an explanation, as text or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from triage.labelling.explanation.schema import Change, Explanation, HeadExplanation, RouteExplanation

TERMS = 8
"""Terms that are listed for and against the best label."""

_REASONS = {
    "EMPTY_TEXT": "the mail has no text",
    "UNKNOWN_LANGUAGE": "the head was not trained on this language",
    "OUT_OF_DISTRIBUTION": "too few of its terms were known in training",
    "LOW_SCORE": "the score is below the threshold",
    "PARENT_ABSTAINED": "the head that it refines abstained",
}


def as_json(explanation: Explanation) -> str:
    """The whole explanation as one JSON object."""
    return json.dumps(asdict(explanation), indent=2, ensure_ascii=False, default=lambda value: value.isoformat())


def print_explanation(explanation: Explanation) -> None:
    """Prints the explanation to standard output; a pipe gets lines of fixed width."""
    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)
    for part in parts(explanation):
        console.print(part)


def parts(explanation: Explanation) -> Iterator[RenderableType]:
    """What is printed, one below the other."""
    yield Text(f"mail {explanation.mail_key}: {explanation.state}", "bold")
    if explanation.policy_version:
        yield Text(f"anonymized by privacy policy {explanation.policy_version}")
    for note in explanation.notes:
        yield Text(f"! {note}", "yellow")
    for code, meaning in (explanation.reasons or {}).items():
        yield Padding(Text(f"{code}: {meaning}"), (0, 0, 0, 2))
    for head in explanation.heads:
        yield Padding(_head(head), (1, 0, 0, 0))
    if explanation.route:
        yield Padding(_route(explanation.route), (1, 0, 0, 0))


def _head(head: HeadExplanation) -> Group:
    decision = ", ".join(head.labels) or "abstains"
    lines: list[RenderableType] = [
        Text.assemble((f"{head.head}: {decision}", "bold"), f"   {_why(head)}"),
        Text(f"  by {head.model} version {head.model_version}, {_candidate(head)}; {_replay(head)}", "dim"),
        Text("  " + "   ".join(_scores(head))),
    ]
    if head.terms:
        lines.append(Padding(_terms(head), (0, 0, 0, 2)))
    lines += [Text(f"  {_change(change)}") for change in head.changes]
    none_found = (
        "" if head.changes else "nothing that was tried. No removal of up to 12 words or facts changes the outcome"
    )
    return Group(*lines, *([Text(f"  What would change it: {none_found}")] if none_found else []))


def _why(head: HeadExplanation) -> str:
    best = f"{head.best_label} {head.score:.3f}, threshold {head.threshold:.3f}"
    if head.decided_by != "model":
        return f"decided by the sign {head.decided_by}, not by the model ({best})"
    return f"{best}: {_REASONS.get(head.reason or '', head.reason)}" if head.abstained else best


def _candidate(head: HeadExplanation) -> str:
    return f"candidate {head.candidate}"


def _replay(head: HeadExplanation) -> str:
    if head.agrees is None:
        return "no comparison with a stored decision"
    return "the replay gives the stored decision" if head.agrees else "the replay does NOT give the stored decision"


def _scores(head: HeadExplanation) -> Iterator[str]:
    for label, score in sorted(head.scores.items(), key=lambda item: -item[1]):
        yield f"{label} {score:.3f} (logit {head.logits[label]:+.2f})"


def _terms(head: HeadExplanation) -> Table:
    rival = f" over {head.rival}" if head.rival else ""
    what = "adds to the logit" if head.exact else "effect of removing it"
    table = Table(
        f"for {head.best_label}{rival}",
        "",
        f"against {head.best_label}",
        "",
        box=None,
        caption_justify="left",
    )
    table.caption = (
        f"{what}; {len(head.terms)} strongest terms, the others add {_rest(head):+.2f}, "
        f"the bias {_lead(head, head.bias):+.2f}"
    )
    sides = [[t for t in head.terms if t.lead > 0][:TERMS], [t for t in head.terms if t.lead < 0][:TERMS]]
    for row in range(max(map(len, sides))):
        cells = [(s[row].term, f"{s[row].lead:+.2f}") if row < len(s) else ("", "") for s in sides]
        table.add_row(*(Text(cell) for pair in cells for cell in pair))
    return table


def _rest(head: HeadExplanation) -> float:
    return _lead(head, head.rest)


def _lead(head: HeadExplanation, figures: object) -> float:
    assert isinstance(figures, dict)
    return float(figures[head.best_label] - (figures[head.rival] if head.rival else 0.0))


def _change(change: Change) -> str:
    then = f"{change.best_label} {change.score:.3f}{', abstained' if change.abstained else ''}"
    words = ", ".join(change.removed)
    return (
        f"What would change it, for {change.wanted}: without {words} the result is {then}, "
        f"and rule {change.rule} routes to {change.queue}"
    )


def _route(route: RouteExplanation) -> Group:
    due = f", due {route.due_at:%Y-%m-%d %H:%M} UTC" if route.due_at else ""
    as_stored = "as stored" if route.stored_queue == route.queue else "as stored before the mail was moved"
    stored = {None: "no comparison with a stored route", True: as_stored, False: "NOT as stored"}[route.agrees]
    table = Table("rule", "queue", "", box=None)
    for tried in route.path:
        table.add_row(tried.rule, tried.queue, f"no: {tried.failed} does not hold" if tried.failed else "matches")
    return Group(
        Text.assemble(
            (f"route: {route.queue}", "bold"),
            f"   priority {route.priority or 'none'}{due}; rule {route.rule}: {route.reason}",
        ),
        Text(f"  rules {route.rules_version}; {stored}", "dim"),
        Padding(table, (0, 0, 0, 2)),
    )
