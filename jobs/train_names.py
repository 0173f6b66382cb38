"""Trains the name tagger that serves the languages without a spaCy package, and writes its weights and card.

`--data DIR` is a folder of corpora with marked names, one folder a language, as
`triage/privacy/name_training/corpora.py` lists them. `--out DIR` gets `weights.npz` and `card.json`; a folder below
`triage/privacy/name_models/data` makes it a model that `ner` in the privacy policy may name. Persons in the held-back
parts that the tagger finds, and what else it takes for names, are printed and stand in the card.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from triage.cli import exit_with
from triage.privacy.name_training.train import Plan, print_figures, train_names


def main() -> None:
    """Reads the arguments, trains, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the corpora, one folder a language")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where weights and card go")
    parser.add_argument("--languages", default="de,es,it,nl,pt,pl,da,sv", help="ISO 639-1 codes, with commas between")
    parser.add_argument("--epochs", type=int, default=15, help="passes")
    parser.add_argument("--texts", type=int, default=12_000, help="texts a pass")
    parser.add_argument("--seed", type=int, default=1, help="of the weights, and of what is drawn")
    parser.add_argument(
        "--most-excess",
        type=float,
        default=0.025,
        help="share of the letters outside of names that may be taken for persons; the more, the higher the recall",
    )
    args = parser.parse_args()
    plan = Plan(tuple(args.languages.split(",")), args.epochs, args.texts, args.seed, args.most_excess)
    print_figures(train_names(args.data, args.out, plan))


if __name__ == "__main__":
    exit_with(main)
