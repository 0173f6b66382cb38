"""Times the nightly job from command to exit and shows the share of each stage.

    ./spark-submit.sh tests/benchmark/nightly.py --mails 20000 --real ../shared/data

Each corpus gets a lake of its own in a temporary folder; a first run over 50 mails trains the model,
and is not counted. Figures are of this machine at this moment: compare only what one call printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table

from triage.config import PROJECT
from triage.samples.generator import generate
from triage.samples.writers import write_mbox

REAL = (
    *(f"r_mailing_lists/{name}.mbox.gz" for name in (
        "r-announce", "r-devel", "r-help", "r-package-devel", "r-sig-finance", "r-sig-geo", "r-sig-mac", "r-sig-mixed-models",
    )),
    "enron_categories/messages.tar.gz",
    "spamassassin_raw/messages.tar.gz",
    "hard_mail/messages.tar.gz",
)  # fmt: skip
STAGES = ("start Spark", "plan", "model", "ingest", "anonymize", "label", "route", "account")


def timed(lake: Path, models: Path, sources: Sequence[Path]) -> dict[str, Any]:
    """The summary of one run, with the seconds of the whole process as `wall`."""
    summary = lake.parent / f"{lake.name}.json"
    command = [
        sys.executable, str(PROJECT / "jobs/nightly.py"), "--summary", str(summary), "--set", f"lake.root={lake}",
        "--set", f"mlflow.tracking_uri=sqlite:///{models}", "--set", "spark.master=local[2]",
        "--source", *map(str, sources),
    ]  # fmt: skip
    begin = monotonic()
    subprocess.run(command, check=True, env=os.environ | {"TRIAGE_KEY": "5a" * 32}, stdout=subprocess.DEVNULL)
    wall = monotonic() - begin
    counts: dict[str, Any] = json.loads(summary.read_text("utf-8"))
    return counts | {"wall": wall}


def show(results: dict[str, dict[str, Any]]) -> None:
    """A row a corpus: mails a second end to end, then each stage's share of the seconds."""
    table = Table(
        "corpus", "mails", "published", "seconds", "mails/s", *STAGES, title="2 cores, from command to exit"
    )
    for name, run in results.items():
        shares = [f"{run['stage_seconds'].get(stage, 0.0) / run['wall']:.0%}" for stage in STAGES]
        rate = run["messages_read"] / run["wall"]
        figures = [run["messages_read"], run["messages_published"], f"{run['wall']:.0f}", f"{rate:.1f}"]
        table.add_row(name, *map(str, figures), *shares)
    Console(width=160).print(table)


def main() -> None:
    """Runs the corpora that are there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=20_000, help="generated mails; 0 for none")
    parser.add_argument("--real", type=Path, help="folder with the sets of real mail")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="triage-benchmark-"))
    try:
        models = folder / "models" / "mlflow.db"
        write_mbox(generate(50, seed=3), folder / "warm.mbox")
        timed(folder / "warm", models, [folder / "warm.mbox"])
        corpora: dict[str, list[Path]] = {}
        if args.real:
            corpora["real mail"] = [args.real / name for name in REAL]
        if args.mails:
            write_mbox(generate(args.mails, seed=5), folder / "generated.mbox")
            corpora[f"{args.mails:,} generated"] = [folder / "generated.mbox"]
        show(
            {
                name: timed(folder / f"lake{n}", models, files)
                for n, (name, files) in enumerate(corpora.items())
            }
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
