"""The output of a run: its summary as a file for schedulers, and printed for people."""

from __future__ import annotations

import json
import logging
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.config import Settings
from triage.errors import ConfigError
from triage.pipeline.account.results import RunSummary
from triage.telemetry.current import current_job
from triage.telemetry.log_format import event, is_json

_log = logging.getLogger(__name__)

LAUNCHER = "./spark-submit.sh"


def report_summary(summary: RunSummary, settings: Settings, file: Path | None) -> int:
    """Prints the summary, writes its counts to `file` where one is asked for, and gives the run's exit code."""
    if file:
        write_summary(summary, file)
    current_job().counts |= _messages(summary)
    if is_json():
        seconds, count = round(summary.record.seconds, 3), len(summary.alerts)
        event(_log, "run ended", seconds=seconds, counts=_messages(summary), alerts=count, exit_code=summary.exit_code)
    print_summary(summary, settings)
    return summary.exit_code


def validate_writable(file: Path | None) -> None:
    """Raises ConfigError before the work begins, when the summary could not be written after it."""
    if file is None:
        return
    if file.is_dir():
        raise ConfigError("The summary is a folder.", where=str(file), remedy="Name a file.")
    folder = next(parent for parent in file.resolve().parents if parent.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise ConfigError("The summary cannot be written.", where=str(file), remedy="Name another file.")


def write_summary(summary: RunSummary, file: Path) -> None:
    """Writes the counts as JSON, whole or not at all. Raises ConfigError where it cannot."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(file.name + ".part")
        draft.write_text(json.dumps(counts_of(summary), indent=2) + "\n", "utf-8")
        draft.replace(file)
    except OSError as fault:
        raise ConfigError(
            f"The summary cannot be written: {fault.strerror}.",
            where=str(file),
            remedy="The run itself is complete.",
        ) from None


def counts_of(summary: RunSummary) -> dict[str, Any]:
    """The counts by the names that schedulers read."""
    run = summary.record
    return {
        "run_id": run.run_id,
        **_messages(summary),
        "messages_replayed": summary.replayed,
        "seconds": run.seconds,
        "stage_seconds": dict(run.stage_seconds),
        "batches": list(run.batches),
        "report": summary.report,
        "mlflow_run_id": summary.mlflow_run_id,
        "alerts": list(summary.alerts),
        "findings": [finding.sentence for finding in summary.findings],
        "exit_code": summary.exit_code,
    }


def _messages(summary: RunSummary) -> dict[str, int]:
    names = ("read", "new", "duplicate", "quarantined", "published")
    return {f"messages_{name}": int(getattr(summary.record, f"messages_{name}")) for name in names}


def print_summary(summary: RunSummary, settings: Settings) -> None:
    """Prints counts, alerts, paths, and the commands that show more."""
    console = Console(highlight=False, soft_wrap=True)
    run = summary.record
    if not run.batches:
        console.print(f"Nothing new. No mail table was changed ({run.seconds:.0f} s).")
        _print_news(summary, console)
        return
    console.print(_counts_table(summary))
    _print_news(summary, console)
    for what, where in _places(summary, settings):
        console.print(Text(f"{what:<9}{where}"))
    lake = shlex.quote(f"lake.root={settings.lake.root}")
    query = "SELECT queue, count(*) AS mails FROM gold.routes GROUP BY queue ORDER BY mails DESC"
    console.print(Text(f'\nLook:    {LAUNCHER} jobs/query.py --set {lake} "{query}"'))
    console.print(
        Text(
            f"         {shlex.quote(str(Path(sys.executable).with_name('mlflow')))} ui"
            f" --backend-store-uri {shlex.quote(settings.tracking_uri)}"
        )
    )


def _print_news(summary: RunSummary, console: Console) -> None:
    for finding in summary.findings:
        console.print(Text(finding.shown, "bold red" if finding.fails else "yellow"))
    for line in summary.news:
        console.print(Text(line, "yellow"))


def _counts_table(summary: RunSummary) -> Table:
    run = summary.record
    table = Table(
        title=f"run {run.run_id}: {run.seconds:.0f} s, {run.rate:.1f} new mails a second",
        title_justify="left",
    )
    rows = {
        "read": run.messages_read,
        "duplicate": run.messages_duplicate,
        "new": run.messages_new,
        "published": run.messages_published,
        "quarantined": run.messages_quarantined,
    }
    if summary.replayed:
        rows["replayed"] = summary.replayed
    for name in rows:
        table.add_column(name, justify="right")
    table.add_row(*(f"{count:,}" for count in rows.values()))
    return table


def _places(summary: RunSummary, settings: Settings) -> list[tuple[str, str]]:
    return [
        ("Tables", settings.lake.root),
        ("MLflow", settings.tracking_uri),
        ("Report", summary.report or "none"),
    ]
