"""`jobs/trial.py`: starts, shows and stops a trial."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.trial import Trial, TrialKind
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.promotion.decide import reason_of_decision
from triage.learning.trials.evidence import TrialVerdict
from triage.learning.trials.run import champion_of, current_trial, start_trial, stop_trial, trial_verdict
from triage.spark.session import spark_session


def start(settings: Settings, version: str | None, kind: TrialKind, reason: str) -> None:
    """Begins a trial. Raises ConfigError without a version or a reason, and as `start_trial` does."""
    if not version:
        raise ConfigError("No version is named.", where="--version", remedy="Name one of the registry.")
    stated = reason_of_decision(reason)
    store = _store(settings)
    trial = start_trial(settings, store, version, kind, os_user(), stated)
    _print(
        f"Version {version} is on trial from batch {trial.after_batch + 1} on ({kind}, {trial.share:.0%} of threads)."
    )


def stop(settings: Settings, reason: str) -> None:
    """Ends the trial. Raises ConfigError where there is none, or without a reason."""
    stated = reason_of_decision(reason)
    store = _store(settings)
    trial = stop_trial(settings, store, os_user(), stated)
    _print(f"The trial of version {trial.version} is over; the champion decides alone.")
    if trial.share:
        _print(
            "The threads that it decided keep their labels. To have the champion label them again: "
            f"jobs/backfill.py --from {trial.started_at:%Y-%m-%d}"
        )


def status(settings: Settings) -> None:
    """Prints the trial and what checked mails say of it."""
    store = _store(settings)
    trial = current_trial(settings)
    if trial is None:
        _print("No model is on trial.")
        return
    verdict = trial_verdict(settings, store, trial, champion_of(settings))
    Console().print(trial_table(trial, verdict))
    _print(verdict.reason)


def trial_table(trial: Trial, verdict: TrialVerdict) -> Table:
    """A line for each head: checked mails, on how many only one was right, and always-valid p-values."""
    title = f"version {trial.version} on trial: {trial.kind}, {trial.share:.0%} of threads, since {trial.started_at:%F}"
    table = Table(
        "head", "checked mails", "only champion right", "only version right", "p worse", "p better", title=title
    )
    for one in verdict.heads:
        figures = (one.mails, one.champion_alone, one.challenger_alone)
        table.add_row(one.head, *map(str, figures), f"{one.p_worse:.3f}", f"{one.p_better:.3f}")
    return table


def _store(settings: Settings) -> Store:
    store = Store(lambda: spark_session(settings, "trial"), settings.lake.root)
    require_lake(store)
    return store


def _print(text: str) -> None:
    Console(soft_wrap=True).print(Text(text))
