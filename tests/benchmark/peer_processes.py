"""The peer: what a good engineer would write without this project.

Two processes, stock Presidio, scikit-learn, Parquet.

python peer_processes.py MBOX FOLDER MODELS
"""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import joblib
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmark.peer_text import Anonymizer, messages, subject_and_body

PROCESSES = 2
TOGETHER = 64
_tools: list[tuple[Anonymizer, dict[str, Any]]] = []


def main(mbox: Path, folder: Path, models: Path) -> None:
    """Reads the mails, anonymizes and labels them, writes Parquet."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES, _load, (models,)) as pool:
        for number, rows in enumerate(pool.imap(_worked, _chunks(mbox))):
            pq.write_table(pa.Table.from_pylist(rows), folder / f"part-{number:05d}.parquet")


def _chunks(mbox: Path) -> Iterator[list[bytes]]:
    mails = messages(mbox)
    while chunk := list(islice(mails, TOGETHER)):
        yield chunk


def _load(models: Path) -> None:
    _tools.append((Anonymizer(), joblib.load(models)))


def _worked(raws: Sequence[bytes]) -> list[dict[str, str]]:
    anonymizer, models = _tools[0]
    rows = [_anonymized(anonymizer, raw) for raw in raws]
    texts = [f"{row['subject']}\n{row['body']}" for row in rows]
    for head, model in models.items():
        for row, label in zip(rows, model.predict(texts), strict=True):
            row[head] = str(label)
    return rows


def _anonymized(anonymizer: Anonymizer, raw: bytes) -> dict[str, str]:
    subject, body = (_or_nothing(anonymizer, text) for text in subject_and_body(raw))
    return {"key": hashlib.sha256(raw).hexdigest(), "subject": subject, "body": body}


def _or_nothing(anonymizer: Anonymizer, text: str) -> str:
    try:
        return anonymizer.anonymized(text)
    except ValueError:
        return ""


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
