"""A reason for a suggestion: a term of the mail and how much it supports the suggested label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`support` is what the term adds to the lead of the suggested label over the runner-up; against it below 0.

    `kind` is where the term stands: `text`, `subject`, `fact` (of the mail's headers), `entity` (a kind of pseudonym),
    or `sign` (a rule that decided before the model).
    """

    kind: str
    term: str
    support: float | None
    """None where only the order is known."""
