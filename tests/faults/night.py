"""A night that a fault hits: its lake, its export, its process, and the places that a fault reaches for."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil

from tests.lakes import Lake
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

BATCHES = ("--set", "ingest.batch_bytes=150000", "--set", "monitoring.min_mails=50")
FILES, MAILS_OF_FILE = 3, 30
LATER_MAILS = 15
_SEED = 22
_TIME = 1_770_000_000
_END_SECONDS = 600


@dataclass
class Night:
    """One run over `exports` into `lake`; faults add what it needs: variables, options, another master."""

    folder: Path
    lake: Lake
    chance: random.Random
    options: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def exports(self) -> Path:
        """The folder with the mailboxes."""
        return self.folder / "exports"

    @property
    def boxes(self) -> list[Path]:
        """The mailboxes of the export."""
        return sorted(self.exports.glob("*.mbox"))

    @property
    def running(self) -> subprocess.Popen[str]:
        """The run that a fault strikes."""
        assert self.process is not None
        return self.process

    def is_at_work(self) -> bool:
        """Whether that run has not ended."""
        return self.running.poll() is None

    def start(self) -> subprocess.Popen[str]:
        """The nightly run as a process of its own; what it prints goes to files, since nobody reads a pipe."""
        number = len(list(self.folder.glob("run-*.err")))
        out, err = (self.folder / f"run-{number}.{kind}" for kind in ("out", "err"))
        with out.open("w") as stdout, err.open("w") as stderr:
            command = self.lake.command("nightly", "--source", str(self.exports), *BATCHES, *self.options)
            return subprocess.Popen(
                command, env=self.lake.variables(), text=True, stdout=stdout, stderr=stderr, start_new_session=True
            )

    def run(self) -> tuple[int, float]:
        """Exit code and seconds of a run that nothing disturbs."""
        begin = monotonic()
        return ended(self.start()), monotonic() - begin

    def children(self, is_wanted: Callable[[list[str]], bool]) -> list[psutil.Process]:
        """The processes of the run's session whose command line is wanted."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) == self.running.pid and is_wanted(process.cmdline()):
                    found.append(process)
        return found


def ended(process: subprocess.Popen[str]) -> int:
    """The exit code of a run; one that hangs is killed with all its children and counts as -9."""
    try:
        return process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        return process.wait()
    finally:
        kill_group(process.pid)


def kill_group(leader: int) -> None:
    """Ends what a run left behind."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def until(is_so: Callable[[], bool], process: subprocess.Popen[str], pause: float = 0.02) -> bool:
    """Waits until something is so; False where the run ended before."""
    while not is_so():
        if process.poll() is not None:
            return False
        sleep(pause)
    return True


def make_exports(folder: Path) -> Path:
    """Three mailboxes, of which each repeats some mails of the one before.

    All are of one time: which of two a mail was found in first is chance, and vault/raw_mail has that file's time.
    """
    exports = folder / "exports"
    exports.mkdir(parents=True)
    for number in range(FILES):
        box = exports / f"box-{number}.mbox"
        write_mbox(generate(MAILS_OF_FILE, _SEED, number * (MAILS_OF_FILE - 5)), box)
        os.utime(box, (_TIME, _TIME))
    return exports


def later_mails(path: Path) -> bytes:
    """Mails that reach a mailbox while it is read."""
    write_mbox(generate(LATER_MAILS, _SEED + 1), path)
    return path.read_bytes()


def make_base(folder: Path, models: Sequence[str] = ()) -> Lake:
    """A lake after a first night of other mail, so that its model is there."""
    first = folder / "first.mbox"
    folder.mkdir(parents=True, exist_ok=True)
    write_mbox(generate(12, _SEED + 2), first)
    lake = Lake(folder / "lake", own_process=True)
    lake.nightly(first, options=models)
    return lake


def night_over(base: Lake, exports: Path, folder: Path, chance: random.Random) -> Night:
    """A night over a copy of a lake and of an export, at places of its own."""
    folder.mkdir(parents=True)
    shutil.copytree(exports, folder / "exports")
    lake = base.copied(folder)
    lake.own_process = True
    tracking = f"mlflow.tracking_uri=sqlite:///{lake.root}.mlflow/mlflow.db"
    return Night(folder, lake, chance, ["--set", tracking])


def moments(seed: int, name: str, count: int, whole: float) -> Iterator[tuple[float, random.Random]]:
    """Seconds after the start, and the chance of all else that is drawn, for each time a fault strikes."""
    for number in range(count):
        chance = random.Random(f"{seed} {name} {number}")
        yield chance.uniform(0.02, 0.98) * whole, chance
