"""Airflow's DAGs of triage: the night's work, learning, counts and backup; the same work each hour; upkeep each week.

Copy this file into Airflow's DAG folder, on workers where triage is installed. It reads three environment variables
of the DAG processor: TRIAGE_HOME (default /opt/triage), TRIAGE_SETTINGS (default /etc/triage/own.yaml) and
TRIAGE_RETRY_SECONDS (default 300). It holds no secret: the settings name the key's file, or the worker's environment
has TRIAGE_KEY. The jobs themselves make sure that one at a time works on a lake.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator

HOME = Path(os.environ.get("TRIAGE_HOME", "/opt/triage"))
SETTINGS = os.environ.get("TRIAGE_SETTINGS", "/etc/triage/own.yaml")
RETRY_SECONDS = float(os.environ.get("TRIAGE_RETRY_SECONDS", "300"))

TRY_AGAIN = 75
"""Exit code of a temporary fault (EX_TEMPFAIL of sysexits.h), such as another run on the lake."""


class TriageJob(BaseOperator):
    """Runs one job. Only a temporary fault is tried again; whatever else fails wants a person.

    What the job prints goes to the task's log, line by line, and nothing of it to XCom.
    """

    def __init__(self, *, job: str, arguments: tuple[str, ...] = (), **options: Any) -> None:
        # With the default pause: for six hours and the tries' own time.
        super().__init__(retries=72, retry_delay=timedelta(seconds=RETRY_SECONDS), do_xcom_push=False, **options)
        self.job = job
        self.arguments = arguments
        self._hook = SubprocessHook()

    def execute(self, context: Any) -> None:
        """Raises AirflowException, after which Airflow tries again, or AirflowFailException, which ends the task."""
        del context
        command = [str(HOME / "spark-submit.sh"), f"jobs/{self.job}.py"]
        command += ["--conf", str(HOME / "conf" / "prod.yaml"), "--conf", SETTINGS, *self.arguments]
        code = self._hook.run_command(command, env=dict(os.environ)).exit_code
        if code == TRY_AGAIN:
            raise AirflowException(f"jobs/{self.job}.py met a temporary fault (exit code {code}); it is tried again.")
        if code:
            raise AirflowFailException(f"jobs/{self.job}.py ended with {code}: its last lines above say why.")

    def on_kill(self) -> None:
        """A task that is cleared or stopped stops its job, which the next one continues."""
        self._hook.send_sigterm()


def _dag(name: str, schedule: str, purpose: str) -> DAG:
    return DAG(
        name,
        schedule=schedule,
        description=purpose,
        start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
        catchup=False,  # a run reads whatever is new, so a missed night needs no run of its own
        max_active_runs=1,
        is_paused_upon_creation=True,  # whoever installs it chooses nightly or hourly
        tags=["triage"],
    )


with _dag("triage_nightly", "15 1 * * *", "Reads the day's mail, learns, counts, backs up.") as nightly:
    read = TriageJob(task_id="nightly", job="nightly")
    learn = TriageJob(task_id="learn", job="learn")
    read >> learn
    # After learning, since each holds the lake; they count what is there, whether the night was good or not.
    counts = TriageJob(task_id="counts", job="counts", trigger_rule="all_done")
    # A backup is wanted above all after a night that failed.
    counts >> TriageJob(task_id="backup", job="backup", trigger_rule="all_done")
    learn >> counts
    # Airflow judges a run by its last tasks alone: without this one, a run whose night failed would be a success by its
    # backup.
    outcome = EmptyOperator(task_id="outcome")
    learn >> outcome
    counts >> outcome

with _dag("triage_hourly", "45 * * * *", "Reads what came in since the last run.") as hourly:
    TriageJob(task_id="nightly", job="nightly")

with _dag("triage_maintain", "45 3 * * 0", "Small files, old versions, ages.") as maintain:
    TriageJob(task_id="maintain", job="maintain")
