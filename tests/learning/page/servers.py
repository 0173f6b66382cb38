"""Real servers of the page, and people who use them over HTTP."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from triage.config import PROJECT
from triage.lake.store import Store

NAMES = tuple(f"Person {number:02}" for number in range(20))


class Served:
    """A started page: its process and the links by name."""

    def __init__(self, store: Store, names: Sequence[str], *more: str) -> None:
        self.stderr = Path(f"{store.root}.stderr")
        command = [sys.executable, str(PROJECT / "jobs" / "review.py"), "serve", "--port", "0"]
        command += [part for name in names for part in ("--by", name)]
        # the fixtures' key is made of 32 bytes 0x5a
        self.process = subprocess.Popen(
            [*command, "--set", f"lake.root={store.root}", "--set", "learning.page.flush_seconds=0.5", *more],
            stdout=subprocess.PIPE,
            stderr=self.stderr.open("ab"),
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "TRIAGE_KEY": "5a" * 32},
        )
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline() for _ in names]
        self.links = dict(line.rstrip("\n").split("\t") for line in lines if "\t" in line)
        assert len(self.links) == len(names), self.stderr.read_text()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)


@contextmanager
def served(store: Store, names: Sequence[str], *more: str) -> Iterator[Served]:
    """Ended by SIGTERM, as an operator ends it."""
    started = Served(store, names, *more)
    try:
        yield started
        assert started.stop() == 0
    finally:
        started.kill()


class Person:
    """Somebody with a link and a browser."""

    def __init__(self, link: str) -> None:
        self.base = link.split("/t/", maxsplit=1)[0]
        self.browser = requests.Session()
        assert self.browser.get(link, timeout=60).status_code == 200
        self.saved: dict[str, str] = {}
        self.seconds: list[float] = []

    def review(self, label_of: Sequence[str], most: int = 10**6) -> None:
        """Answers what the page shows, in turn with each label, until nothing is left; notes what it said was saved."""
        while len(self.saved) < most:
            page = self.browser.get(f"{self.base}/review", timeout=60)
            if "/review" not in page.url:
                return
            self.answer(page.text, label_of[len(self.saved) % len(label_of)])

    def answer(self, page: str, label: str) -> None:
        item, csrf = (_value(page, name) for name in ("item", "csrf"))
        form = {"item": item, "csrf": csrf, "label": label}
        said = self.browser.post(f"{self.base}/answer", data=form, timeout=60, allow_redirects=False)
        self.seconds.append(said.elapsed.total_seconds())
        assert said.status_code == 303, said.text
        if said.headers["Location"].endswith("said=saved"):
            assert item not in self.saved
            self.saved[item] = label


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None
    return found[1]
