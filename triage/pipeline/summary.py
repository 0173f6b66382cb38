"""What a run tells at its end: a summary file for schedulers, and for people where to look."""

from __future__ import annotations

import json
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
from triage.pipeline.accounting import Account

LAUNCHER = "./spark-submit.sh"


def tell(account: Account, settings: Settings, summary: Path | None) -> int:
    """Prints the account, writes its counts to `summary` where one is asked for, and gives the exit code.

    A run whose gate held whole batches has lost nothing, but somebody must look: 1.
    """
    if summary:
        write_summary(account, summary)
    print_account(account, settings)
    return 0 if account.gates_passed else 1


def refuse_unwritable(summary: Path | None) -> None:
    """Raises ConfigError before the work begins, when the summary could not be written after it."""
    if summary is None:
        return
    if summary.is_dir():
        raise ConfigError("The summary is a folder.", where=str(summary), remedy="Name a file.")
    folder = next(parent for parent in summary.resolve().parents if parent.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise ConfigError("The summary cannot be written.", where=str(summary), remedy="Name another file.")


def write_summary(account: Account, file: Path) -> None:
    """Writes the counts as JSON, whole or not at all. Raises ConfigError where it cannot."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(file.name + ".part")
        draft.write_text(json.dumps(summary_of(account), indent=2) + "\n", "utf-8")
        draft.replace(file)
    except OSError as fault:
        raise ConfigError(
            f"The summary cannot be written: {fault.strerror}.",
            where=str(file),
            remedy="The run itself is complete.",
        ) from None


def summary_of(account: Account) -> dict[str, Any]:
    """The counts by their contract names."""
    run = account.record
    names = ("read", "new", "duplicate", "quarantined", "published")
    return {
        "run_id": run.run_id,
        **{f"messages_{name}": getattr(run, f"messages_{name}") for name in names},
        "messages_replayed": account.replayed,
        "seconds": run.seconds,
        "stage_seconds": dict(run.stage_seconds),
        "batches": list(run.batches),
        "report": account.report,
        "mlflow_run_id": account.mlflow_run_id,
        "alerts": list(account.alerts),
    }


def print_account(account: Account, settings: Settings) -> None:
    """Counts, alerts, places, and the commands to look at them, on standard output."""
    console = Console(highlight=False, soft_wrap=True)
    run = account.record
    if not run.batches:
        console.print(f"Nothing new. No table was changed ({run.seconds:.0f} s).")
        return
    console.print(_counts_table(account))
    for alert in account.alerts:
        console.print(Text(alert, "yellow"))
    for what, where in _places(account, settings):
        console.print(Text(f"{what:<9}{where}"))
    lake = shlex.quote(f"lake.root={settings.lake.root}")
    query = "SELECT queue, count(*) AS mails FROM gold.routes GROUP BY queue ORDER BY mails DESC"
    console.print(Text(f'\nLook:    {LAUNCHER} jobs/query.py --set {lake} "{query}"'))
    console.print(
        Text(
            f"         {shlex.quote(str(Path(sys.executable).with_name('mlflow')))} ui --backend-store-uri {shlex.quote(settings.tracking_uri)}"
        )
    )


def _counts_table(account: Account) -> Table:
    run = account.record
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
    if account.replayed:
        rows["replayed"] = account.replayed
    for name in rows:
        table.add_column(name, justify="right")
    table.add_row(*(f"{count:,}" for count in rows.values()))
    return table


def _places(account: Account, settings: Settings) -> list[tuple[str, str]]:
    return [
        ("Tables", settings.lake.root),
        ("MLflow", settings.tracking_uri),
        ("Report", account.report or "none"),
    ]
