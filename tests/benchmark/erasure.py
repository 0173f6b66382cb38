"""One hundred erasures in one command beside one: python -m tests.benchmark.erasure [--mails N]."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.lakes import Lake
from triage.config import load_settings
from triage.mail.exports import read
from triage.mail.parsing.message import parse
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate


def addresses(export: Path) -> list[str]:
    """The senders of an export, each once."""
    limits = load_settings().limits
    mails = [parse(message.data, limits) for message in read(str(export), "mbox", 0, None, limits)]
    return list(dict.fromkeys(mail.sender.address.lower() for mail in mails if mail.sender))


def seconds(lake: Lake, folder: Path, who: list[str]) -> float:
    """Wall-clock of one command that erases all of them from a copy of the lake."""
    copy, file = lake.copied(folder), folder / "who.txt"
    file.write_text("\n".join(who), "utf-8")
    begin = monotonic()
    copy.run("erase", "--file", str(file))
    return monotonic() - begin


def main() -> None:
    """Prints both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=400)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, export = Path(name), Path(name, "mails.mbox")
        write_mbox(generate(args.mails, seed=5), export)
        lake = Lake(folder / "first" / "lake", own_process=True)
        lake.root.parent.mkdir()
        lake.nightly(export)
        who = addresses(export)[:100]
        one, many = seconds(lake, folder / "one", who[:1]), seconds(lake, folder / "many", who)
        sys.stdout.write(f"1 erasure: {one:.0f} s; {len(who)} erasures: {many:.0f} s; ratio {many / one:.2f}\n")


if __name__ == "__main__":
    main()
