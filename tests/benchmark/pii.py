"""Recall and over-redaction on the hand-marked sets, beside stock Presidio with the same spaCy model.

    ./spark-submit.sh tests/benchmark/pii.py [--data ../shared/data] [--set NAME ...]

One table for each set and language, and a summary; see jobs/evaluate_pii.py for what the columns mean. The sets
`ner_*` are the parts of corpora that no training sees, `generated_*` mail of the sample generator.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from tests.benchmark.gold import SETS
from triage.cli import exit_with
from triage.config import PROJECT, load_settings
from triage.privacy.evaluation.evaluate import evaluate, print_tables


def main() -> None:
    """Reads the sets, evaluates, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--set", action="append", choices=sorted(SETS), help="one set; may be repeated", metavar="NAME")
    parser.add_argument("--ours-only", action="store_true", help="leave stock Presidio out")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder) / "gold.jsonl"
        with gold.open("w", encoding="utf-8") as file:
            for name in args.set or SETS:
                for row in SETS[name].rows(args.data):
                    file.write(json.dumps(row | {"set": name, "complete": SETS[name].complete}) + "\n")
        spans = Path(folder) / "spans.jsonl"
        print_tables(evaluate(load_settings(), gold, spans, beside_stock=not args.ours_only))


if __name__ == "__main__":
    exit_with(main)
