"""Poisoned corrections, with guards on and off: what a retrained model loses, and whether the report names the attack.

    ./spark-submit.sh tests/benchmark/poison.py --data ../shared/data --out poison.jsonl

On real labelled mail in random order. A base model learns from some rows; a month of corrections follows, by ten
truthful people (3 % slips, each with labels of their own) and by hostile accounts, which also correct truthfully as
often; then the model is trained anew on both and tested on other rows. Of all corrections, the poisoned share is wrong:

- flips: any wrong label, by accounts that are wrong every second time;
- attacker: one account turns one label into another (and, where its mails run out, the next) within five days;
- campaign: two accounts put a sender's mails, which share a paragraph, into a trusted label;
- drip: the attacker's, a few a day over the whole month;
- everyone: any wrong label, by all people alike. Nobody stands out, so no test of people can name it.

Loss is against the same month with the poisoned labels put right, and no guards. The gate is the project's own rule,
against the base.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from tests.benchmark.label_sets import LabelRow, label_rows
from triage.config.learning.guards import GuardSettings
from triage.config.learning.promotion import PromotionSettings
from triage.labelling.linear.solvers import LinearModel, fit_linear_model
from triage.learning.guards.guard import guarded
from triage.learning.guards.others import others_say
from triage.learning.guards.outcome import Attack, Guarded, MailFacts
from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows
from triage.learning.promotion.comparison.rule import compare, passes

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]

SETS: Mapping[str, tuple[int, int, int]] = {
    "it_service_tickets": (1_000, 800, 1_500),
    "r_mailing_lists": (1_000, 800, 1_500),
    "german queue": (600, 800, 600),
}
"""Rows of base, of a month of corrections, and of the test, at most."""

SHARES = (0.01, 0.05, 0.2)
NAMES = {
    "flips": Attack.FLIPS,
    "attacker": Attack.ATTACKER,
    "campaign": Attack.CAMPAIGN,
    "drip": Attack.DRIP,
    "everyone": Attack.NOISE,
}
PEOPLE, SLIPS, GOLD_EACH, SENDERS = 10, 0.03, 4, 300
SENDER_SHARES = (1 / np.arange(10, SENDERS + 10)) / (1 / np.arange(10, SENDERS + 10)).sum()
"""The largest sender has some 3 % of the mails."""

HEAD, NOW, DAYS = "label", datetime(2026, 3, 1, tzinfo=UTC), 30
PARAGRAPH = (
    "Northwind Meridian partner desk announces the quarterly preference programme for valued counterparties",
    "Please confirm enrolment in the Meridian rebate ledger before the preference window closes",
    "Our Northwind partner desk reserves preferred settlement slots under the Meridian programme",
    "Counterparties enrolled with Northwind receive the preference rebate and a dedicated partner contact",
    "The Meridian ledger lists your preference status and the next Northwind settlement slot",
)
"""Sentences of the campaign's mails: each has two of them."""


@dataclass
class Work:
    """The corrections of a month: text, the label without the attack, given label, and who, when and whose mail."""

    texts: list[str] = field(default_factory=list)
    truthful: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    sender: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)

    def add(
        self,
        row: LabelRow,
        given: str,
        who: str,
        days: float,
        sender: str,
        text: str | None = None,
        *,
        poison: bool = False,
    ) -> None:
        """Adds one correction."""
        self.texts.append(text_of(row) if text is None else text)
        self.truthful.append(row.label if poison else given)
        self.given.append(given)
        self.who.append(f"<REVIEWER_{who}>")
        self.days.append(days)
        self.sender.append(f"<EMAIL_{sender}>")
        self.group.append(row.group)


@dataclass(frozen=True)
class Parts:
    """The rows of a set."""

    base: Sequence[LabelRow]
    pool: list[LabelRow]
    test: Sequence[LabelRow]
    labels: tuple[str, ...]


def text_of(row: LabelRow) -> str:
    """Subject and body."""
    return f"{row.subject}\n{row.body}"


def parted(name: str, data: Path, drawn: np.random.Generator) -> Parts:
    """Base, pool of corrections and test, at random: the lists of later years are others than those of the first."""
    base, _, tested = SETS[name]
    rows = label_rows(name, data)
    order = [rows[place] for place in drawn.permutation(len(rows))]
    if all(row.sent_at is None for row in rows):
        learnt, test = [row for row in order if not row.test], [row for row in order if row.test][:tested]
    else:
        learnt, test = order[tested:], order[:tested]
    labels = tuple(sorted({row.label for row in learnt[:base]}))
    return Parts(
        learnt[:base],
        [row for row in learnt[base:] if row.label in labels],
        [row for row in test if row.label in labels],
        labels,
    )


class Poisoner:
    """Makes a month with one kind of attack."""

    def __init__(self, parts: Parts, size: int, kind: str, share: float, drawn: np.random.Generator) -> None:
        self.parts, self.size, self.kind, self.drawn = parts, size, kind, drawn
        self.poisoned = 0 if kind == "clean" else round(share * size)
        self.pool = list(parts.pool)
        counts = {label: sum(row.label == label for row in self.pool) for label in parts.labels}
        order = sorted(parts.labels, key=lambda label: -counts[label])
        self.sources, self.wanted = [order[1], order[0], *order[3:]], order[2]
        self.likes = drawn.dirichlet(np.ones(PEOPLE), size=len(parts.labels))
        self.work = Work()

    def month(self) -> Work:
        """Poison, the hostile accounts' truthful part, and everybody else's corrections."""
        accounts = self._accounts()
        for number in range(self.poisoned):
            self._poison(number, accounts)
        for number in range(0 if self.kind == "everyone" else min(self.poisoned, self.size - 2 * self.poisoned)):
            row = self._next()
            self.work.add(row, row.label, accounts[number % len(accounts)], self._day(), self._sender())
        while len(self.work.texts) < self.size and self.pool:
            row = self._next()
            given = self._other(row) if self.drawn.random() < SLIPS else row.label
            self.work.add(row, given, self._person(row), self._day(), self._sender())
        return self.work

    def _accounts(self) -> list[str]:
        several = max(1, round(self.poisoned / 60))
        count = {"attacker": 1, "campaign": 2}.get(self.kind, several)
        return [f"hostile{number}" for number in range(count)]

    def _poison(self, number: int, accounts: Sequence[str]) -> None:
        account, day, sender, text = accounts[number % len(accounts)], self._day(), self._sender(), None
        if self.kind in ("flips", "everyone"):
            row = self._next()
            given, account = self._other(row), account if self.kind == "flips" else self._person(row)
        elif self.kind == "campaign":
            row = self._next(lambda row: row.label != self.wanted)
            given, sender, text = self.wanted, "campaign", campaign_text(row, self.drawn)
        else:
            row, given = self._of_sources(), self.wanted
            even = DAYS * (number + 0.5) / self.poisoned
            day = float(self.drawn.uniform(5, 10)) if self.kind == "attacker" else even
        self.work.add(row, given, account, day, sender, text, poison=True)

    def _of_sources(self) -> LabelRow:
        for source in self.sources:
            if any(row.label == source for row in self.pool):
                return self._next(lambda row, label=source: row.label == label)
        raise ValueError("the set has too few rows for the attack")

    def _next(self, wanted: Any = lambda row: True) -> LabelRow:
        place = next(place for place, row in enumerate(self.pool) if wanted(row))
        return self.pool.pop(place)

    def _other(self, row: LabelRow) -> str:
        return str(self.drawn.choice([label for label in self.parts.labels if label != row.label]))

    def _person(self, row: LabelRow) -> str:
        return f"p{self.drawn.choice(PEOPLE, p=self.likes[self.parts.labels.index(row.label)])}"

    def _day(self) -> float:
        return float(self.drawn.uniform(0, DAYS))

    def _sender(self) -> str:
        return f"s{self.drawn.choice(SENDERS, p=SENDER_SHARES)}"


def campaign_text(row: LabelRow, drawn: np.random.Generator) -> str:
    """A mail of the campaign: somebody's words, and two of its sentences."""
    chosen = drawn.choice(len(PARAGRAPH), size=2, replace=False)
    return f"{text_of(row)[:400]}\n" + ". ".join(PARAGRAPH[place] for place in chosen)


class Bench:
    """The models of one set and seed."""

    def __init__(self, name: str, data: Path, seed: int) -> None:
        self.name, self.seed = name, seed
        self.parts = parted(name, data, np.random.default_rng(seed))
        self.words = TfidfVectorizer(sublinear_tf=True, min_df=2, max_features=15_000)
        self.words.fit([text_of(row) for row in (*self.parts.base, *self.parts.pool)] + list(PARAGRAPH) * 2)
        self.base = self.features([text_of(row) for row in self.parts.base])
        self.test = self.features([text_of(row) for row in self.parts.test])
        self.truth = np.array([row.label for row in self.parts.test])
        self.base_labels = [row.label for row in self.parts.base]
        drawn = np.random.default_rng(seed + 77)
        self.sent = self.features([campaign_text(row, drawn) for row in self.parts.test[:200]])
        self.champion = self.probabilities(self.fit(self.base[:0], [], None))

    def features(self, texts: Sequence[str]) -> csr_matrix:
        return csr_matrix(self.words.transform(texts))

    def fit(self, corrected: csr_matrix, given: Sequence[str], weight: Floats | None) -> LinearModel:
        from scipy.sparse import vstack

        place = {label: number for number, label in enumerate(self.parts.labels)}
        truth = np.zeros((len(self.base_labels) + len(given), len(place)), dtype=np.bool_)
        truth[np.arange(len(truth)), [place[label] for label in (*self.base_labels, *given)]] = True
        whole = None if weight is None else np.r_[np.ones(len(self.base_labels)), weight]
        features = csr_matrix(vstack([self.base, corrected], format="csr"))
        return fit_linear_model(features, truth, loss="multinomial", c=8.0, balance=0.0, seed=0, weight=whole)

    def probabilities(self, model: LinearModel) -> Floats:
        shifted = model.logits(self.test)
        shifted = np.exp(shifted - shifted.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))

    def run(self, kind: str, share: float) -> dict[str, Any]:
        """The figures of one attack."""
        drawn = np.random.default_rng(1_000 + self.seed)
        poisoner = Poisoner(self.parts, SETS[self.name][1], kind, share, drawn)
        work = poisoner.month()
        corrected = self.features(work.texts)
        judged = self.guard(work, corrected, poisoner, drawn)
        weights = {one.mail_key: one.weight for one in judged.examples}
        weight = np.array([weights.get(f"m{number}", 0.0) for number in range(len(work.texts))])
        models = {
            "clean": self.fit(corrected, work.truthful, None),
            "off": self.fit(corrected, work.given, None),
            "on": self.fit(corrected, work.given, weight),
        }
        found = {name: self.figures(model, poisoner.wanted) for name, model in models.items()}
        codes = sorted({one.code.value for one in judged.findings})
        hostile = [one for one in judged.findings if one.who and one.code != Attack.UNTRUSTED]
        return {
            "set": self.name, "seed": self.seed, "attack": kind, "share": share, **found, "codes": codes,
            "named": kind in NAMES and NAMES[kind].value in codes,
            "innocent": sum(any("hostile" not in who for who in one.who) for one in hostile),
        }  # fmt: skip

    def guard(self, work: Work, corrected: csr_matrix, poisoner: Poisoner, drawn: np.random.Generator) -> Guarded:
        """The guards, with what a model of all others says."""
        groups = {group: number for number, group in enumerate(dict.fromkeys(work.group))}
        near = [groups[group] for group in work.group]
        labels, said = others_say(self.base, self.base_labels, corrected, work.given, work.who, work.sender, near)
        keys = [f"m{number}" for number in range(len(work.texts))]
        suggested = {
            (key, HEAD): dict(zip(labels, row.tolist(), strict=True)) for key, row in zip(keys, said, strict=True)
        }
        facts = {
            key: MailFacts(sender, None, None, group, "und")
            for key, sender, group in zip(keys, work.sender, near, strict=True)
        }
        rows = [
            correction(key, given, who, days)
            for key, given, who, days in zip(keys, work.given, work.who, work.days, strict=True)
        ]
        gold, asked = self.gold(work, poisoner, drawn)
        return guarded([*rows, *asked], facts, gold, GuardSettings(dangerous=()), NOW, suggested)

    def gold(
        self, work: Work, poisoner: Poisoner, drawn: np.random.Generator
    ) -> tuple[dict[tuple[str, str], str], list[dict[str, Any]]]:
        """Gold questions and their answers: hostile accounts do to them what they do to other mails."""
        gold, asked = {}, []
        for number, who in enumerate(sorted(set(work.who))):
            for place in range(GOLD_EACH):
                row = (
                    poisoner.pool[(number * GOLD_EACH + place) % len(poisoner.pool)]
                    if poisoner.pool
                    else self.parts.test[place]
                )
                key = f"g{number}-{place}"
                gold[key, HEAD] = row.label
                wrong = drawn.random() < (0.5 if "hostile" in who and poisoner.kind == "flips" else SLIPS)
                targeted = (
                    "hostile" in who and poisoner.kind in ("attacker", "drip") and row.label == poisoner.sources[0]
                )
                answer = poisoner.wanted if targeted else poisoner._other(row) if wrong else row.label
                asked.append(correction(key, answer, who, float(drawn.uniform(0, DAYS))))
        return gold, asked

    def figures(self, model: LinearModel, wanted: str) -> dict[str, Any]:
        """Accuracy, macro-F1, the campaign's mails in the wanted label, and whether the gate lets it pass."""
        labels = np.array(self.parts.labels)
        probabilities = self.probabilities(model)
        predicted = labels[probabilities.argmax(axis=1)]
        before = labels[self.champion.argmax(axis=1)]
        abstained = np.zeros(len(predicted), dtype=np.bool_)
        head = PairedHead(
            HEAD,
            np.ones(len(predicted), dtype=np.bool_),
            self.truth,
            Given(before, self.champion.max(axis=1), abstained),
            Given(predicted, probabilities.max(axis=1), abstained),
        )
        sent = labels[model.logits(self.sent).argmax(axis=1)]
        own = np.array([row.label for row in self.parts.test[:200]]) != wanted
        settings = PromotionSettings()
        return {
            "accuracy": float((predicted == self.truth).mean()),
            "macro_f1": float(f1_score(self.truth, predicted, average="macro")),
            "wanted": float((sent[own] == wanted).mean()),
            "promoted": passes(compare(PairedRows((head,)), settings), settings)[0],
        }


def correction(key: str, label: str, who: str, days: float) -> dict[str, Any]:
    """A row of gold/corrections."""
    return {
        "correction_id": key, "mail_key": key, "corrected_at": NOW - timedelta(days=days), "corrected_by": who,
        "head": HEAD, "decided": None, "label": label, "reason": None, "source": "page", "model_version": "1",
        "undoes": None,
    }  # fmt: skip


def table(results: Sequence[Mapping[str, Any]]) -> Table:
    """One line a set, attack and share, over all seeds."""
    shown = Table(
        "set", "attack", "poisoned", "loss off", "loss on", "F1 off", "F1 on", "wanted clean/off/on",
        "gate blocks off/on", "named", "innocent",
    )  # fmt: skip
    keys = dict.fromkeys((one["set"], one["attack"], one["share"]) for one in results)
    for key in keys:
        own = [one for one in results if (one["set"], one["attack"], one["share"]) == key]
        loss = {
            (way, figure): 100 * mean(one["clean"][figure] - one[way][figure] for one in own)
            for way in ("off", "on") for figure in ("accuracy", "macro_f1")
        }  # fmt: skip
        worst = 100 * max(one["clean"]["accuracy"] - one["on"]["accuracy"] for one in own)
        wanted = "/".join(f"{100 * mean(one[way]['wanted'] for one in own):.0f}" for way in ("clean", "off", "on"))
        gate = "/".join(f"{sum(not one[way]['promoted'] for one in own)}" for way in ("off", "on"))
        shown.add_row(
            key[0], key[1], f"{key[2]:.0%}", f"{loss['off', 'accuracy']:+.1f}",
            f"{loss['on', 'accuracy']:+.1f} (at most {worst:+.1f})", f"{loss['off', 'macro_f1']:+.1f}",
            f"{loss['on', 'macro_f1']:+.1f}", wanted, gate, f"{sum(one['named'] for one in own)} of {len(own)}",
            str(sum(one["innocent"] for one in own)),
        )  # fmt: skip
    return shown


def main() -> None:
    """Prints the table; `--out` also keeps the figures, a JSON line a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--attacks", nargs="*", default=["clean", *NAMES])
    parser.add_argument("--shares", nargs="*", type=float, default=list(SHARES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    results, begin = [], monotonic()
    for seed in range(args.first_seed, args.first_seed + args.seeds):
        for name in args.sets:
            bench = Bench(name, args.data, seed)
            for kind in args.attacks:
                for share in [0.0] if kind == "clean" else args.shares:
                    results.append(bench.run(kind, share))
                    if args.out:
                        with args.out.open("a", encoding="utf-8") as stream:
                            stream.write(json.dumps(results[-1]) + "\n")
        Console(stderr=True).print(f"seed {seed}: {monotonic() - begin:.0f} s")
    Console(width=200).print(table(results))


if __name__ == "__main__":
    main()
