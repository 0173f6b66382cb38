"""How often the gate errs, on real labelled text: 20 seeds of challengers that are worse, equal, or one point better.

Models are TF-IDF with logistic regression. Every seed draws the training rows anew.

    shuffled labels     it_service_tickets: trained on labels in random order
    last year's mail    r_mailing_lists: trained on mail a year older than the champion's, tested on the newest
    worse in German     support_tickets_multilang (type): more English training rows, a share of German labels wrong
    equal               it_service_tickets: two models that swap their answers at random, row by row
    one point better    it_service_tickets: answers of a better model in place of the champion's in a share of rows
                        that makes the expected gain one point
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tests.benchmark.label_sets import label_rows
from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.metrics import score
from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows
from triage.learning.promotion.comparison.rule import compare, passes

Texts = npt.NDArray[np.str_]
Ints = npt.NDArray[np.int64]
YEAR = 365 * 86_400
WRONG = {"a third": 1 / 3, "half": 1 / 2, "two thirds": 2 / 3}
SURE = 0.5
"""Probability below which a model abstains."""


class Pool:
    """Texts with labels, and models of any rows of them."""

    def __init__(self, texts: list[str], labels: Texts) -> None:
        vectors = TfidfVectorizer(sublinear_tf=True, min_df=2, max_features=20_000)
        self.features: csr_matrix = vectors.fit_transform(texts)
        self.labels = labels

    def answers(self, train: Ints, test: Ints, labels: Texts | None = None) -> Given:
        """Of a model of the rows `train`, with other `labels` where given, to the rows `test`."""
        model = LogisticRegression(C=10, max_iter=500, tol=1e-4)
        model.fit(self.features[train], (self.labels if labels is None else labels)[train])
        likely = model.predict_proba(self.features[test])
        best = likely.max(axis=1)
        return Given(model.classes_[likely.argmax(axis=1)].astype(np.str_), best, best < SURE)


def paired(truth: Texts, champion: Given, challenger: Given, **slices: Texts) -> PairedRows:
    """One head, every label known."""
    return PairedRows((PairedHead("head", np.ones(len(truth), dtype=np.bool_), truth, champion, challenger),), slices)


def mixed(first: Given, second: Given, choose: npt.NDArray[np.bool_]) -> Given:
    """The answers of `second` in the chosen rows, else of `first`."""
    return Given(
        np.where(choose, second.predicted, first.predicted),
        np.where(choose, second.score, first.score),
        np.where(choose, second.abstained, first.abstained),
    )


def tickets(data: Path) -> Pool:
    """it_service_tickets."""
    found = pd.read_csv(data / "it_service_tickets" / "tickets.csv.gz")
    return Pool(found["Document"].tolist(), found["Topic_group"].to_numpy().astype(np.str_))


def of_tickets(data: Path, seeds: int) -> Iterator[tuple[str, PairedRows]]:
    """Shuffled labels, equal, and one point better."""
    pool = tickets(data)
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        order = random.permutation(len(pool.labels))
        test, train = order[:9_000], order[9_000:]
        truth, shuffled = pool.labels[test], pool.labels.copy()
        shuffled[train] = random.permutation(shuffled[train])
        small, other, large = (pool.answers(rows, test) for rows in (train[:2_000], train[2_000:4_000], train))
        yield "shuffled labels", paired(truth, large, pool.answers(train, test, shuffled))
        swap = random.random(len(test)) < SURE
        yield "equal", paired(truth, mixed(small, other, swap), mixed(other, small, swap))
        gain = score(truth, large.predicted).macro_f1 - score(truth, small.predicted).macro_f1
        yield "one point better", paired(truth, small, mixed(small, large, random.random(len(test)) < 0.01 / gain))


def of_lists(data: Path, seeds: int) -> Iterator[tuple[str, PairedRows]]:
    """Last year's mail: the champion learnt from all mail before the test part, the challenger from all but a year."""
    rows = [row for row in label_rows("r_mailing_lists", data) if row.sent_at is not None]
    times = np.array([row.sent_at for row in rows])
    pool = Pool([f"{row.subject}\n{row.body}" for row in rows], np.array([row.label for row in rows]))
    begin = np.quantile(times, 0.6)
    test = np.flatnonzero(times >= begin)
    for seed in range(seeds):
        drawn = np.random.default_rng(seed).random(len(rows)) < 0.9
        recent, old = (np.flatnonzero(drawn & (times < limit)) for limit in (begin, begin - YEAR))
        yield "last year's mail", paired(pool.labels[test], pool.answers(recent, test), pool.answers(old, test))


def of_languages(data: Path, seeds: int) -> Iterator[tuple[str, PairedRows]]:
    """Worse in German, and on average better, equal or hardly worse."""
    found = pd.read_csv(data / "support_tickets_multilang" / "tickets.csv.gz").query("language in ('en', 'de')")
    texts = (found["subject"].fillna("") + "\n" + found["body"].fillna("")).tolist()
    pool, language = Pool(texts, found["type"].to_numpy().astype(np.str_)), found["language"].to_numpy().astype(np.str_)
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        order = random.permutation(len(texts))
        test, train = order[: len(order) // 2], order[len(order) // 2 :]
        german, chance = language[train] == "de", random.random(len(train))
        champion = pool.answers(np.concatenate([train[german], train[~german][:300]]), test)
        for name, share in WRONG.items():
            labels = pool.labels.copy()
            wrong = train[german & (chance < share)]
            labels[wrong] = random.permutation(labels[wrong])
            challenger = pool.answers(train, test, labels)
            rows = paired(pool.labels[test], champion, challenger, language=language[test])
            yield f"worse in German, {name} of the labels wrong", rows


SOURCES: tuple[Callable[[Path, int], Iterator[tuple[str, PairedRows]]], ...] = (of_tickets, of_lists, of_languages)


def main() -> None:
    """Prints a line a kind of challenger."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with labelled sets")
    parser.add_argument("--seeds", type=int, default=20)
    args = parser.parse_args()
    settings, lines = PromotionSettings(), dict[str, list[tuple[bool, float, float, int, int, float]]]()
    for source in SOURCES:
        for kind, rows in source(args.data, args.seeds):
            found = compare(rows, settings)
            one, promoted = found.overall, passes(found, settings)[0]
            german = sum(part.champion - part.challenger for part in found.slices if part.slice == "de")
            line = (promoted, one.gain.value, one.gain.high - one.gain.low, one.rows, one.rows_needed, german)
            lines.setdefault(kind, []).append(line)
    for kind, found_lines in lines.items():
        live, gains, widths, counts, needed, germans = (np.array(column) for column in zip(*found_lines, strict=True))
        print(
            f"{kind}: promoted {live.sum()} of {len(live)}; gain {100 * gains.mean():+.1f} points "
            f"({100 * gains.min():+.1f} to {100 * gains.max():+.1f}), interval {100 * widths.mean():.1f} points wide; "
            f"{counts[0]} rows, needed for 1 point about {np.median(needed):.0f}; "
            f"lost in German {100 * germans.mean():.1f} points ({100 * germans.min():.1f} to {100 * germans.max():.1f})"
        )


if __name__ == "__main__":
    main()
