"""The replay: quarantined mails go through the stages again."""

from __future__ import annotations

from collections.abc import Sequence

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.monitoring.service.attempts import logged_attempt
from triage.pipeline.account.results import RunSummary
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.reasons import DESCRIPTIONS, GateReason
from triage.spark.session import spark_session
from triage.stages.replay import plan_replay, quarantined_for


def replay(settings: Settings, reasons: Sequence[str], progress: Progress) -> RunSummary:
    """Takes the mails quarantined for one of `reasons` (all of them for no reason) through the stages again.

    Raises ConfigError for an unknown reason or where there is no lake.
    """
    _validate_reasons(reasons)
    require_lake(Store(lambda: spark_session(settings), settings.lake.root))
    with logged_attempt(settings.reports_folder, "replay") as outcome:
        run = Run(settings, progress)
        with lake_lock(settings.lake.root):
            summary = _replay(run, reasons)
        outcome.run_id, outcome.exit_code = summary.record.run_id, summary.exit_code
        return summary


def _replay(run: Run, reasons: Sequence[str]) -> RunSummary:
    resumed = run.resume()
    run.start_spark()
    if quarantined_for(reasons, run.store).isEmpty():
        run.progress.log("No mail is quarantined for that: nothing to replay.")
        return resumed
    plan_replay(run.store, reasons, run.started_at)
    run.finish_batches()
    return resumed + run.account()


def _validate_reasons(reasons: Sequence[str]) -> None:
    for reason in reasons:
        if reason not in DESCRIPTIONS and not GateReason.parse(reason):
            raise ConfigError(
                f"There is no reason {reason}.",
                where="--reason",
                remedy=f"The reasons are: {', '.join(sorted(DESCRIPTIONS))}.",
            )
