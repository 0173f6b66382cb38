"""Compares the whole job with what one would otherwise write, on the same mail in one run.

    ./spark-submit.sh tests/benchmark/whole.py --real ../shared/data --mails 1000 --rounds 5
    ./spark-submit.sh tests/benchmark/whole.py --generated 10000 100000 1000000 --rounds 1 --systems ours
    ./spark-submit.sh tests/benchmark/whole.py --generated 10000 --huge 50 --systems ours
    ./spark-submit.sh tests/benchmark/whole.py --generated 10000 --cores 1 --systems ours

It gives mails a second, memory, bytes and money; `--huge 50` puts a mail of 50 MB among the others. Systems: `ours`
(jobs/nightly.py on a new lake; the model is trained before), `processes` (two processes, stock Presidio, scikit-learn,
Parquet) and `spark` (Presidio row by row in pandas UDFs). Each is timed from command to exit, in turn; `ours` on the
cores that it may use and none beside.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmark.corpora import generated_mbox, real_mbox, with_huge
from tests.benchmark.usage import Usage, measured
from triage.config import PROJECT

SYSTEMS = ("ours", "processes", "spark")
STAGES = ("start Spark", "plan", "model", "ingest", "anonymize", "thread", "label", "route")
PEER_CORES = 2
_WARM = 50


@dataclass
class Timed:
    """What the rounds of one system over one corpus took."""

    usages: list[Usage] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)

    def rates(self, mails: int) -> list[float]:
        """Mails a second of each round."""
        return [mails / usage.seconds for usage in self.usages]


class Bench:
    """Runs systems on corpora in a folder of its own."""

    def __init__(self, folder: Path, cores: int) -> None:
        self.folder, self.cores, self.runs = folder, cores, 0
        self.environ = os.environ | {"TRIAGE_KEY": "5a" * 32, "PYTHONPATH": str(PROJECT)}

    def prepare(self, systems: Sequence[str]) -> None:
        """Trains the models of both sides; not counted."""
        generated_mbox(_WARM, self.folder / "warm.mbox")
        if "ours" in systems:
            self.ours(self.folder / "warm.mbox")
        if set(systems) - {"ours"}:
            from tests.benchmark.peer_text import train_models

            train_models(self.folder / "models.joblib")

    def run(self, system: str, mbox: Path, timed: Timed) -> None:
        """One round."""
        if system == "ours":
            usage, stages = self.ours(mbox)
            timed.stages.append(stages)
        else:
            usage = self.peer(system, mbox)
        timed.usages.append(usage)

    def ours(self, mbox: Path) -> tuple[Usage, dict[str, float]]:
        """The nightly job on a new lake, and its seconds by stage."""
        self.runs += 1
        lake, summary = self.folder / f"lake{self.runs}", self.folder / f"summary{self.runs}.json"
        command = [
            "taskset", "-c", f"0-{self.cores - 1}", sys.executable, str(PROJECT / "jobs/nightly.py"),
            "--summary", str(summary), "--set", f"lake.root={lake}",
            "--set", f"mlflow.tracking_uri=sqlite:///{self.folder}/models.db",
            "--set", f"spark.master=local[{self.cores}]", "--source", str(mbox),
        ]  # fmt: skip
        usage = measured(command, self.environ)
        found: dict[str, Any] = json.loads(summary.read_text("utf-8"))
        shutil.rmtree(lake)
        return usage, found["stage_seconds"]

    def peer(self, system: str, mbox: Path) -> Usage:
        """One of the peers, writing into a new folder."""
        out = Path(tempfile.mkdtemp(dir=self.folder))
        script = PROJECT / "tests" / "benchmark" / f"peer_{system}.py"
        usage = measured(
            [sys.executable, str(script), str(mbox), str(out), str(self.folder / "models.joblib")],
            self.environ,
        )
        shutil.rmtree(out)
        return usage


def speed_table(name: str, mails: int, found: dict[str, Timed], price: float, cores: int) -> Table:
    """A line a system."""
    table = Table(
        "system", "mails/s, median", "least", "most", "ours is … times as fast", "peak memory, GiB", "CPU ms a mail",
        "read, MB", "written, MB", "cost of a million",
        title=f"{name}: {mails:,} mails on {cores} cores, from command to exit",
    )  # fmt: skip
    for system, timed in found.items():
        rates, usages = timed.rates(mails), timed.usages
        ratios = (
            [theirs.seconds / own.seconds for own, theirs in zip(found["ours"].usages, usages, strict=True)]
            if "ours" in found
            else []
        )
        rate = statistics.median(rates)
        table.add_row(
            system, f"{rate:.1f}", f"{min(rates):.1f}", f"{max(rates):.1f}",
            _spread(ratios) if system != "ours" else "",
            f"{max(u.peak_bytes for u in usages) / 2**30:.2f}",
            f"{1000 * statistics.median(u.cpu_seconds for u in usages) / mails:.1f}",
            f"{statistics.median(u.read_bytes for u in usages) / 1e6:.0f}",
            f"{statistics.median(u.written_bytes for u in usages) / 1e6:.0f}",
            f"{1e6 / rate / 3600 * (cores if system == 'ours' else PEER_CORES) * price:.2f}",
        )  # fmt: skip
    return table


def _spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else ""


def stage_table(name: str, mails: int, timed: Timed) -> Table:
    """Seconds and milliseconds a mail of each stage, medians."""
    table = Table("stage", "seconds", "ms a mail", title=f"{name}: this project by stage")
    both = list(zip(timed.usages, timed.stages, strict=True))
    parts = {stage: [one.get(stage, 0.0) for _, one in both] for stage in STAGES}
    parts["imports, account, exit"] = [usage.seconds - sum(one.values()) for usage, one in both]
    for part, found in parts.items():
        seconds = statistics.median(found)
        table.add_row(part, f"{seconds:.1f}", f"{1000 * seconds / mails:.2f}")
    return table


def main() -> None:
    """Runs the systems on the corpora and prints tables; `--out` keeps the figures as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, help="folder with the sets of real mail")
    parser.add_argument("--mails", type=int, default=1_000, help="of the real mail")
    parser.add_argument("--generated", type=int, nargs="*", default=[], help="sizes of generated corpora")
    parser.add_argument("--huge", type=int, default=0, help="MB of one more mail, in corpora of their own")
    parser.add_argument("--systems", nargs="*", default=SYSTEMS, choices=SYSTEMS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2, help="of `ours`; the peers always take two")
    parser.add_argument("--price", type=float, default=0.05, help="of a core and hour, in any currency")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    folder, console = Path(tempfile.mkdtemp(prefix="triage-benchmark-")), Console(width=160)
    bench = Bench(folder, args.cores)
    try:
        bench.prepare(args.systems)
        for name, mbox, mails in _corpora(args, folder):
            found = {system: Timed() for system in args.systems}
            for number in range(args.rounds):
                for system, timed in found.items():
                    bench.run(system, mbox, timed)
                    rate = mails / timed.usages[-1].seconds
                    Console(stderr=True).print(f"{name}, round {number + 1}: {system} {rate:.1f} mails/s")
            console.print(speed_table(name, mails, found, args.price, args.cores))
            if "ours" in found:
                console.print(stage_table(name, mails, found["ours"]))
            _keep(args.out, name, mails, found)
    finally:
        shutil.rmtree(folder)


def _corpora(args: argparse.Namespace, folder: Path) -> list[tuple[str, Path, int]]:
    corpora = []
    if args.real:
        corpora.append(("real mail", folder / "real.mbox", real_mbox(args.real, args.mails, folder / "real.mbox")))
    for mails in args.generated:
        file = folder / f"generated{mails}.mbox"
        corpora.append(("generated mail", file, generated_mbox(mails, file)))
        if args.huge:
            huge = folder / f"generated{mails}_huge.mbox"
            corpora.append((f"generated mail, one of {args.huge} MB", huge, with_huge(file, huge, args.huge)))
    return corpora


def _keep(out: Path | None, name: str, mails: int, found: dict[str, Timed]) -> None:
    if out:
        with out.open("a", encoding="utf-8") as stream:
            for system, timed in found.items():
                usages = [{name: getattr(one, name) for name in Usage.__slots__} for one in timed.usages]
                line = {
                    "corpus": name,
                    "mails": mails,
                    "system": system,
                    "rounds": usages,
                    "stages": timed.stages,
                }
                stream.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
