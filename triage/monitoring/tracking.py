"""Records a run in MLflow: figures, versions and report.

A fault of MLflow never fails the run: its tables hold the same.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from filelock import FileLock

from triage.config import Settings
from triage.monitoring.measurement import Measurement
from triage.monitoring.record import DriftRow, RunRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient

_log = logging.getLogger(__name__)

_SQLITE = "sqlite:///"
_QUIET = ("alembic", "mlflow", "sqlalchemy")
_PARAM_CHARS = 6_000
_LOCK_SECONDS = 120

MOST_SLICES = 200
"""Measurements of slices that become metrics; all are in metrics/measures."""


def record_run(
    settings: Settings,
    run: RunRecord,
    drift: Sequence[DriftRow] = (),
    shares: Mapping[str, float] | None = None,
    report: Path | None = None,
    measurements: Sequence[Measurement] = (),
    plots: Mapping[str, str] | None = None,
) -> str | None:
    """Records a run and returns its MLflow run id; None, with a warning, where MLflow fails.

    `shares` are further figures by name, such as `label.category.billing` or `quarantine.NO_BODY`. Of `measurements`
    the values for all mails and, up to `MOST_SLICES`, of the slices with the most mails become metrics. `plots` are SVG
    files by name (`report.index.plots`), which become artifacts.
    """
    try:
        with _quiet():
            figures = {**(shares or {}), **_measured(measurements)}
            return _record(settings, run, drift, figures, report, plots or {})
    except Exception as fault:  # noqa: BLE001 - the run's tables are written already
        _log.warning(
            "MLflow did not record the run (%s); its figures are in metrics/runs and metrics/drift. "
            "Check mlflow.tracking_uri.",
            type(fault).__name__,
        )
        return None


def import_client() -> None:
    """Imports what `open_client` needs."""
    prepare_environment()
    import mlflow  # noqa: F401


def open_client(settings: Settings) -> MlflowClient:
    """A client of the configured tracking store; a sqlite store is created first, by one process at a time."""
    prepare_environment()
    from mlflow import MlflowClient

    uri = settings.tracking_uri
    if not uri.startswith(_SQLITE):
        return MlflowClient(uri, uri)
    database = Path(uri.removeprefix(_SQLITE))
    database.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{database}.lock", timeout=_LOCK_SECONDS):  # two migrations at once corrupt each other
        client = MlflowClient(uri, uri)
        client.search_experiments(max_results=1)  # creates the tables
    return client


def experiment_id(client: MlflowClient, settings: Settings) -> str:
    """Id of the configured experiment, created on first use; with sqlite its artifacts are beside the database."""
    name = settings.mlflow.experiment
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    try:
        return str(client.create_experiment(name, artifact_location=_artifacts(settings.tracking_uri)))
    except Exception:
        found = client.get_experiment_by_name(name)  # another process created it
        if found is None:
            raise
        return str(found.experiment_id)


def _record(
    settings: Settings,
    run: RunRecord,
    drift: Sequence[DriftRow],
    shares: Mapping[str, float],
    report: Path | None,
    plots: Mapping[str, str],
) -> str:
    client = open_client(settings)
    from mlflow.entities import Metric, Param

    now = int(time() * 1000)
    made = client.create_run(
        experiment_id(client, settings),
        start_time=int(run.started_at.timestamp() * 1000),
        run_name=run.run_id,
    )
    metrics = [Metric(_key(k), float(v), now, 0) for k, v in {**_metrics(run, drift), **shares}.items()]
    params = [Param(key, value[:_PARAM_CHARS]) for key, value in _params(run).items()]
    for first in range(0, max(len(metrics), 1), 1000):  # the limit of one request
        client.log_batch(made.info.run_id, metrics[first : first + 1000], params if first == 0 else [])
    if report is not None:
        client.log_artifact(made.info.run_id, str(report))
    for name, svg in plots.items():
        client.log_text(made.info.run_id, svg, f"plots/{name}.svg")
    client.set_terminated(made.info.run_id, "FINISHED", now)
    return str(made.info.run_id)


def _metrics(run: RunRecord, drift: Iterable[DriftRow]) -> dict[str, float]:
    counts = ("read", "new", "duplicate", "published", "quarantined")
    return {
        **{f"messages.{name}": float(getattr(run, f"messages_{name}")) for name in counts},
        "seconds": run.seconds,
        "messages_per_second": run.rate,
        **{f"stage_seconds.{stage}": seconds for stage, seconds in run.stage_seconds.items()},
        **{f"psi.{row.feature}": row.psi for row in drift if row.by == "run"},
        **{f"js.{row.feature}": row.js for row in drift if row.by == "run"},
    }


def _measured(measurements: Sequence[Measurement]) -> dict[str, float]:
    """Values by `metric`, or `metric/kind/slice`: a slash groups them in MLflow's pages."""
    known = [one for one in measurements if one.value is not None and math.isfinite(one.value)]
    whole = [one for one in known if one.by == "run"]
    slices = sorted((one for one in known if one.by != "run"), key=lambda one: (-one.mails, one.metric, one.slice))
    return {_name(one): one.value for one in (*whole, *slices[:MOST_SLICES]) if one.value is not None}


def _name(one: Measurement) -> str:
    if one.by == "run":
        return f"{one.metric}.{one.slice}" if one.slice else one.metric
    of = one.slice.strip("/").replace("/", "_")  # MLflow takes a name with an empty part for a path, and refuses it
    return f"{one.metric}/{one.by}/{of or 'none'}"


def _params(run: RunRecord) -> dict[str, str]:
    return {
        "batches": f"{min(run.batches)} to {max(run.batches)}" if run.batches else "none",
        "model_version": run.model_version or "none",
        "policy_version": run.policy_version or "none",
        "rules_version": run.rules_version or "none",
        "key_id": run.key_id or "none",
    }


def _key(name: str) -> str:
    """A name with only the characters that MLflow accepts, cut to its length."""
    return "".join(c if c.isalnum() or c in "_-. /" else "_" for c in name)[:250]


def _artifacts(uri: str) -> str | None:
    """The folder beside the sqlite file; None for a server, which has its own."""
    if not uri.startswith(_SQLITE):
        return None
    return (Path(uri.removeprefix(_SQLITE)).parent / "artifacts").resolve().as_uri()


def prepare_environment(seconds: int = 10) -> None:
    """Set before MLflow is imported, which reads it: no usage data, and short timeouts for a server that is down."""
    for key, value in {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        "MLFLOW_HTTP_REQUEST_TIMEOUT": str(seconds),
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "GIT_PYTHON_REFRESH": "quiet",
    }.items():
        os.environ.setdefault(key, value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Raises the level of MLflow's loggers for the block, and restores it."""
    prepare_environment()
    import mlflow  # noqa: F401 - sets its loggers' levels itself when it is first imported

    loggers = [logging.getLogger(name) for name in _QUIET]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
