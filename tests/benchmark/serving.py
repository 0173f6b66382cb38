"""How long `jobs/serve.py` takes to start, and to answer one mail and many, over a lake with a champion."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from deltalake import DeltaTable

from tests.loopback import free_port
from triage.config import PROJECT
from triage.labelling.registry.signature import FACTS, TEXTS

ONE = [{"subject": "Invoice overdue", "body": "Please pay."}]


def main() -> None:
    """Prints seconds: of the start, the first call, later calls with one mail, and calls with many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--mails", type=int, default=1_000)
    args = parser.parse_args()
    many = mails_of(args.lake, args.mails)
    began = time.monotonic()
    with server(args.lake) as address:
        show("start", [time.monotonic() - began])
        show("first call, one mail", timed(address, ONE, 1))
        show("later calls, one mail", timed(address, ONE, 10))
        show(f"calls, {len(many)} mails", timed(address, many, 3))


def mails_of(lake: Path, count: int) -> list[dict[str, Any]]:
    """Published mails, moments as in ISO 8601."""
    rows = DeltaTable(str(lake / "silver" / "mail")).to_pyarrow_table(columns=[*TEXTS, *FACTS]).slice(0, count)
    return [row | {"sent_at": row["sent_at"] and row["sent_at"].isoformat()} for row in rows.to_pylist()]


@contextmanager
def server(lake: Path) -> Iterator[str]:
    """Starts it as a user does; gives its address once it answers, and ends it."""
    port = free_port()
    words = [str(PROJECT / "spark-submit.sh"), "jobs/serve.py", "--port", str(port), "--set", f"lake.root={lake}"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while not is_there(address):
            if process.poll() is not None:
                sys.exit(f"The server ended with {process.returncode}.")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def is_there(address: str) -> bool:
    """Whether it answers."""
    try:
        return requests.get(f"{address}/ping", timeout=5).ok
    except requests.RequestException:
        return False


def timed(address: str, records: Sequence[Mapping[str, Any]], times: int) -> list[float]:
    """Seconds of each call."""
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        requests.post(f"{address}/invocations", json={"dataframe_records": records}, timeout=900).raise_for_status()
        seconds.append(time.monotonic() - began)
    return seconds


def show(what: str, seconds: Sequence[float]) -> None:
    """A line: the least and the most."""
    print(f"{what}: {min(seconds):.3f} to {max(seconds):.3f} s", flush=True)


if __name__ == "__main__":
    main()
