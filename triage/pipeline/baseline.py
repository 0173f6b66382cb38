"""The references that the next run is compared with: shown, chosen from runs, or given up again, each with a reason."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import BASELINES, PROFILES
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.profiles.stored import taxonomy_version
from triage.monitoring.record import RunRecord
from triage.pipeline.account.memory import Memory
from triage.pipeline.account.references import read_references
from triage.privacy.stated_reason import require_reason
from triage.spark.session import spark_session

Row = Mapping[str, Any]

_RUN_COLUMNS = ("run_id", "started_at", "published", "model_version", "taxonomy_version")


def show(settings: Settings) -> None:
    """Prints the references of a run that would start now, and what was refused. Needs no Spark on a local lake."""
    now = datetime.now(UTC)
    store = _store(settings)
    next_run = RunRecord("", now, 0.0, (), 0, 0, 0, 0, 0)
    read = read_references(Memory(store, next_run, settings.monitoring.history_days), settings, _model(settings))
    table = Table("reference", "mails", "runs", "from", "to", "age", "label model", "taxonomy", "reason")
    decided = read.decision
    runs = {row["run_id"]: row for row in _runs(store)}
    for name, reference in sorted(read.references.found.items()):
        own = [runs[run] for run in reference.runs if run in runs]
        reason = f"{decided['reason']} ({decided['os_user']})" if decided and name == "chosen" else ""
        cells = [name, f"{reference.profile.run.published:,}", str(len(reference.runs)), *_times(own, now)]
        cells += [_several(row["model_version"] for row in own), read.taxonomy, reason]
        table.add_row(*map(Text, cells))
    _print(table if read.references.found else "There is no reference yet: the next run is the first one.")
    for sentence in read.references.refused:
        _print(sentence)


def choose(settings: Settings, run_ids: Sequence[str], reason: str) -> None:
    """Makes runs the chosen reference.

    Raises ConfigError for an unknown run, one of another taxonomy, too few mails, or no reason.
    """
    store, taxonomy = _store(settings), _taxonomy(settings)
    known = {row["run_id"]: row for row in _runs(store)}
    unique = list(dict.fromkeys(run_ids))
    for run in unique:
        _require_known(run, known)
        _require_taxonomy(known[run], taxonomy)
    mails = sum(known[run]["published"] for run in unique)
    if mails < settings.monitoring.min_mails:
        raise ConfigError(
            f"The runs have {mails} mails together, and a reference needs {settings.monitoring.min_mails}.",
            where="--runs",
            remedy="Name more runs, or lower monitoring.min_mails.",
        )
    _decide(store, settings, "set", unique, reason, taxonomy)
    _print(f"Runs are compared with {len(unique)} runs of {mails:,} mails from now on.")


def give_up(settings: Settings, run_ids: Sequence[str], reason: str) -> None:
    """Goes back to the rolling reference. Raises ConfigError without a reason, or where runs are named."""
    if run_ids:
        raise ConfigError("A reset takes no runs.", where="--runs", remedy="Leave them out, or use `set`.")
    _decide(_store(settings), settings, "reset", (), reason, _taxonomy(settings))
    _print("Runs are compared with the same weekday of the last weeks from now on.")


def act(settings: Settings, action: str, run_ids: Sequence[str], reason: str) -> None:
    """What jobs/baseline.py does: `show`, `set` or `reset`. Raises ConfigError where there is no lake."""
    if action == "show":
        show(settings)
    elif action == "set":
        choose(settings, run_ids, reason)
    else:
        give_up(settings, run_ids, reason)


def _decide(store: Store, settings: Settings, action: str, run_ids: Sequence[str], reason: str, taxonomy: str) -> None:
    stated = require_reason(reason, table=BASELINES.name, example="first month after the move")
    now = datetime.now(UTC)
    row = {
        "baseline_id": f"baseline-{now:%Y%m%dT%H%M%S%fZ}",
        "decided_at": now,
        "os_user": os_user(),
        "action": action,
        "run_ids": list(run_ids),
        "reason": stated,
        "taxonomy_version": taxonomy,
    }
    with lake_lock(settings.lake.root):
        store.add(BASELINES, [row])


def _runs(store: Store) -> list[Row]:
    """Of each run with a profile: its time, size, model and taxonomy."""
    return list(store.rows(PROFILES, _RUN_COLUMNS, by=["run"])) if store.exists(PROFILES) else []


def _require_known(run: str, known: Mapping[str, Row]) -> None:
    if run in known:
        return
    near = difflib.get_close_matches(run, known, n=1, cutoff=0.4)
    raise ConfigError(
        f"No run {run} has a profile in metrics/profiles.",
        where="--runs",
        remedy=f"Did you mean {near[0]}?" if near else 'See jobs/query.py "SELECT run_id FROM metrics.profiles".',
    )


def _require_taxonomy(row: Row, taxonomy: str) -> None:
    if row["taxonomy_version"] != taxonomy:
        raise ConfigError(
            f"The run {row['run_id']} was labelled by another taxonomy, so its labels mean something else.",
            where="--runs",
            remedy="Name runs since the taxonomy (labelling.taxonomy) was changed.",
        )


def _model(settings: Settings) -> ModelProfile | None:
    """The profile of the bundle in force; None where there is none, or its files are not here."""
    from triage.labelling.registry.registered_models import champion_profile  # with MLflow, which is slow to import

    return champion_profile(settings)


def _times(rows: Sequence[Row], now: datetime) -> tuple[str, str, str]:
    """First and last start, and how many days the last one is ago."""
    if not rows:
        return "", "", ""
    times = sorted(row["started_at"] for row in rows)
    return f"{times[0]:%Y-%m-%d}", f"{times[-1]:%Y-%m-%d}", f"{(now - times[-1]).days} days"


def _several(values: Iterable[str | None]) -> str:
    return ", ".join(sorted({value for value in values if value}))


def _taxonomy(settings: Settings) -> str:
    return taxonomy_version({head.name: head.labels for head in load_taxonomy(settings)})


def _store(settings: Settings) -> Store:
    store = Store(lambda: spark_session(settings, "baseline"), settings.lake.root)
    require_lake(store)
    return store


def _print(what: Table | str) -> None:
    console = Console(highlight=False)
    shown = console if console.is_terminal else Console(highlight=False, width=200)
    shown.print(what, soft_wrap=isinstance(what, str), markup=False)
