"""Judges a version and acts on it, or lets a person act on a version that was judged before."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError, TransientError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.gate import judge
from triage.learning.promotion.judging.case import Version
from triage.learning.promotion.records import decision_row, finish_promotions, write_decision
from triage.learning.promotion.verdict import Verdict
from triage.privacy.stated_reason import require_reason

_ATTEMPTS = 3
"""Comparisons of a version, at most, where the champion changes meanwhile."""

TryFirst = Callable[[Verdict], Verdict]
"""Given the verdict of a version that passes beside a champion, begins its trial (`on_trial`) or says why it waits."""


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision to promote a version whatever the gate finds."""

    by: str
    """User of the operating system."""

    reason: str


def add_override_options(parser: argparse.ArgumentParser) -> None:
    """Options by which a person overrides the gate."""
    parser.add_argument("--promote", action="store_true", help="make it champion whatever the gate finds")
    parser.add_argument("--reason", metavar="TEXT", help="why; written down with your user name")


def override_of(args: argparse.Namespace) -> Override | None:
    """What `--promote --reason TEXT` asks for; None without both. Raises ConfigError where one lacks the other."""
    if not args.promote:
        if args.reason is not None:
            raise ConfigError("A reason needs something that it is for.", where="--reason", remedy="Add --promote.")
        return None
    return Override(os_user(), reason_of_decision(args.reason))


def reason_of_decision(reason: str | None) -> str:
    """Why somebody decides on a model, for ops/promotions. Raises ConfigError for none, or one that names a person."""
    return require_reason(reason, table=PROMOTIONS.name, example="version 7 sends invoices to hr")


def promote_if_better(
    settings: Settings,
    store: Store,
    challenger: Version,
    rows: DataFrame,
    override: Override | None = None,
    look: int | None = None,
    try_first: TryFirst | None = None,
) -> Verdict:
    """Judges a registered version and carries out the decision, which ops/promotions and MLflow then hold.

    A version that passes goes live, or on trial where `try_first` says so, whose beginning is a decision of its own.
    Finishes first what a killed process left. Where the champion changes while it is judged, it is judged again.
    Raises as `judge` does, and TransientError where the champion changes time and again.
    """
    finish_promotions(settings, store)
    for _ in range(_ATTEMPTS):
        verdict = judge(settings, challenger, rows, look)
        if override is not None:
            approval = settings.learning.promotion.approval
            verdict = verdict.overridden(override.by, override.reason, approval=approval)
        if try_first is not None and verdict.passed and verdict.champion:
            verdict = try_first(verdict)
        if verdict.decision == "on_trial" or act(settings, store, verdict):
            return verdict
    raise TransientError(
        "The champion changed again and again while a challenger was compared with it.",
        where=f"{challenger[0]} version {challenger[1]}",
        remedy="Start again when no other training runs.",
    )


def act(settings: Settings, store: Store, verdict: Verdict) -> bool:
    """Writes a verdict and carries it out, unless another champion than it was compared with is in force by now."""
    with store.alone(PROMOTIONS):
        if ModelRegistry(settings).champion_version(verdict.model) != verdict.champion:
            return False
        write_decision(store, settings, decision_row(verdict))
        return True
