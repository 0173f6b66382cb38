"""The sample that ships, and how it is made: `python -m triage.samples.files.shipped` writes it anew.

`sample.mbox.gz` the mailbox, `gold.jsonl.gz` labels and placeholder text, `plain.jsonl.gz` the same of plain mails
that are not in the mailbox, `pii.jsonl.gz` clear text and spans. A test compares the files with the generator, so
change both together. `hand_written.jsonl` was written by hand: labelled mails that calibrate the first model, and that
none learns from.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from triage.samples.files.writers import write_mbox, write_rows
from triage.samples.generator import generate
from triage.samples.gold import write_gold, write_pii_gold
from triage.samples.model import SampleMail
from triage.samples.plain.rows import plain_rows

FOLDER = Path(__file__).parents[1] / "data"
MAILS, SEED, PII_MAILS = 2400, 1, 300
PLAIN_MAILS = 8000

MAILBOX = FOLDER / "sample.mbox.gz"
GOLD = FOLDER / "gold.jsonl.gz"
PLAIN = FOLDER / "plain.jsonl.gz"
PII_GOLD = FOLDER / "pii.jsonl.gz"
HAND_WRITTEN = FOLDER / "hand_written.jsonl"


def write_shipped(folder: Path = FOLDER) -> None:
    """Write the generated files of the sample into a folder."""
    write_mbox(generate(MAILS, SEED), folder / MAILBOX.name)
    write_gold(generate(MAILS, SEED), folder / GOLD.name)
    write_rows(plain_rows(PLAIN_MAILS, SEED), folder / PLAIN.name)
    write_pii_gold(_some(generate(MAILS, SEED)), folder / PII_GOLD.name)


def _some(mails: Iterator[SampleMail]) -> Iterator[SampleMail]:
    """Every eighth mail of the held-out side and the training side alike."""
    return islice(mails, 0, None, MAILS // PII_MAILS)


if __name__ == "__main__":
    write_shipped()
