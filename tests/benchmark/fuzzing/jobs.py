"""All mails through the nightly job: what came in is published, quarantined or a duplicate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.benchmark.fuzzing.parsing import drawn
from tests.mail.fuzz.bounded import BOUNDS
from triage.config import PROJECT

_KEY = "5a" * 32
_PARTS = ("published", "quarantined", "duplicate")


def run_job(data: Path, count: int, seed: int, keep: Path | None) -> int:
    """Gives all mails, one a file, to jobs/nightly.py; 1 where it fails or what came in is not what came out."""
    with tempfile.TemporaryDirectory(prefix="triage-fuzz-") as scratch:
        folder = Path(scratch)
        files = _write((mail for _, mail in drawn(data, count, seed)), folder / "mails")
        began = time.monotonic()
        code, summary = _nightly(folder)
        seconds = time.monotonic() - began
        console = Console()
        figures = {name: summary.get(f"messages_{name}", 0) for name in ("read", *_PARTS)}
        console.print(f"{files:,} files, {seconds:.0f} s, exit code {code}:", figures)
        console.print("reasons:", dict(_reasons(folder / "lake").most_common()))
        is_balanced = figures["read"] == files == sum(figures[name] for name in _PARTS)
        return 0 if is_balanced and code == 0 else 1


def _write(mails: Iterable[bytes], folder: Path) -> int:
    """Writes each mail into a file of its own, as .eml, so that no mail can be taken for two; returns how many."""
    number = 0
    for number, mail in enumerate(mails, 1):
        below = folder / f"{number // 1000:03}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number:06}.eml").write_bytes(mail)
    return number


def _nightly(folder: Path) -> tuple[int, dict[str, Any]]:
    summary = folder / "summary.json"
    command = [
        sys.executable, str(PROJECT / "jobs/nightly.py"), "--summary", str(summary), "--source", str(folder / "mails"),
        "--set", f"lake.root={folder / 'lake'}", "--set", f"mlflow.tracking_uri=sqlite:///{folder}/mlflow.db",
        "--set", f"limits.cpu_seconds={BOUNDS.cpu_seconds}", "--set", f"limits.memory_bytes={BOUNDS.memory_bytes}",
    ]  # fmt: skip
    environ = os.environ | {"TRIAGE_KEY": _KEY, "PYTHONPATH": str(PROJECT)}
    code = subprocess.run(command, env=environ, check=False).returncode
    return code, json.loads(summary.read_text("utf-8")) if summary.exists() else {}


def _reasons(lake: Path) -> Counter[str]:
    """Quarantined mails by reason."""
    from deltalake import DeltaTable

    table = lake / "quarantine" / "mail"
    if not table.exists():
        return Counter()
    rows = DeltaTable(str(table)).to_pyarrow_table(columns=["reasons"]).column("reasons").to_pylist()
    return Counter(str(reason) for reasons in rows for reason in reasons or ())
