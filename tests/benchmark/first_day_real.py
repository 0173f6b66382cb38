"""What the first model says of real labelled mail that it never learnt from and that does not ship.

    ./spark-submit.sh tests/benchmark/first_day_real.py --real ../shared/data

It prints how much ham of spamassassin_raw the shipped rules would put into the queue `spam`, and how much spam; how
often the sentiment of ticket_sentiment_gold agrees (negative or not); and where mails of support tickets, whose queues
are mapped to departments, go. Texts are labelled as they are, without anonymization.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as f
from rich.console import Console

from tests.benchmark.label_sets import _members, _parsed, _table
from triage.config import Settings, load_settings
from triage.labelling.models import LoadedModel
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.serving.inference import decided
from triage.labelling.taxonomy import load_taxonomy
from triage.spark.session import spark_session

SPAM_SCORE = 0.9
"""From which conf/routing.yaml puts a mail into the queue `spam`."""

QUEUES = {
    "Technical Support": ("it_support", "customer_service"),
    "Product Support": ("customer_service", "it_support"),
    "Customer Service": ("customer_service",),
    "IT Support": ("it_support",),
    "Billing and Payments": ("billing",),
    "Returns and Exchanges": ("customer_service", "logistics"),
    "Service Outages and Maintenance": ("it_support",),
    "Sales and Pre-Sales": ("sales",),
    "Human Resources": ("hr",),
}
"""Queue of support_tickets_multilang → departments that would take it; `General Inquiry` is left out."""

_COLUMNS = (
    "row long, truth string, subject string, body string, language string, auto_submitted boolean, bulk boolean, "
    "list_mail boolean, bounce boolean, reply boolean, has_html boolean"
)
_Given = tuple[int, str, str, str, str, bool, bool, bool, bool, bool, bool]


def spam_rows(data: Path) -> Iterator[_Given]:
    """Mails of spamassassin_raw; the truth is the folder."""
    for number, (name, content) in enumerate(_members(data / "spamassassin_raw" / "messages.tar.gz")):
        mail = _parsed(content)
        signs = mail.signs
        flags = (signs.auto_submitted, signs.bulk, signs.list_mail, signs.bounce, signs.reply, mail.has_html)
        yield (number, name.split("/")[-2], mail.subject or "", mail.body, mail.language, *flags)


def sentiment_rows(data: Path) -> Iterator[_Given]:
    """Tickets of ticket_sentiment_gold; the truth is `1` for negative."""
    for number, row in enumerate(_table(data / "ticket_sentiment_gold" / "sentiment.csv")):
        yield _plain(number, row["negative"], "", row["ticket_description"], "en")


def ticket_rows(data: Path) -> Iterator[_Given]:
    """Mails of support_tickets_multilang whose queue is mapped."""
    path = next((data / "support_tickets_multilang").glob("*.csv.gz"))
    for number, row in enumerate(_table(path)):
        if row["queue"] in QUEUES:
            yield _plain(number, row["queue"], row["subject"], row["body"].replace("\\n", "\n"), row["language"])


def _plain(number: int, truth: str, subject: str, body: str, language: str) -> _Given:
    return (number, truth, subject, body, language, False, False, False, False, False, False)


class Labeller:
    """The first model over rows, as the label stage asks it."""

    def __init__(self, spark: SparkSession, settings: Settings, model: LoadedModel) -> None:
        self.spark, self.model = spark, model
        self.heads = load_taxonomy(settings).heads

    def labels(self, rows: Iterator[_Given], head: str) -> list[Row]:
        """truth, reply, label (None where the head abstained), best_label and score of a head, one a row."""
        mail = self.spark.createDataFrame(list(rows), _COLUMNS).repartition(4)
        found = decided(mail, self.model, self.heads, ("row", "truth", "reply"))
        return found.where(f.col("head") == head).select("truth", "reply", "label", "best_label", "score").collect()


def spam_shares(rows: list[Row]) -> Mapping[str, Mapping[str, float]]:
    """Folder → share in the queue `spam`, share that a person decides because it may be spam, and mails."""
    shares: dict[str, dict[str, float]] = {}
    for folder in sorted({row.truth for row in rows}):
        own = [row for row in rows if row.truth == folder]
        spam = [row for row in own if row.label == "spam"]
        sure = sum(row.score >= SPAM_SCORE and not row.reply for row in spam)
        shares[folder] = {"spam": sure / len(own), "review": (len(spam) - sure) / len(own), "mails": len(own)}
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True, metavar="FOLDER", help="the folder of shared data")
    args = parser.parse_args()
    console = Console(width=150)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(overrides=[f"lake.root={folder}/lake"])
        spark = spark_session(settings, "first day")
        champion = ensure_champion(spark, settings)
        assert champion.bundle is not None
        _report(console, Labeller(spark, settings, champion.bundle), args.real)


def _report(console: Console, labeller: Labeller, data: Path) -> None:
    for name, shares in spam_shares(labeller.labels(spam_rows(data), "kind")).items():
        console.print(
            f"{name}: {shares['spam']:.1%} to spam, {shares['review']:.1%} to review, of {shares['mails']:.0f}"
        )
    tickets = labeller.labels(sentiment_rows(data), "sentiment")
    agreed = [(row.best_label == "negative") == (row.truth == "1") for row in tickets]
    console.print(f"sentiment: {sum(agreed) / len(agreed):.1%} of {len(agreed)} agree (negative or not)")
    given = labeller.labels(ticket_rows(data), "category")
    routed = [row for row in given if row.label]
    right = sum(row.label in QUEUES[row.truth] for row in routed)
    best = sum(row.best_label in QUEUES[row.truth] for row in given)
    console.print(
        f"support tickets: {1 - len(routed) / len(given):.1%} of {len(given)} to review, {right / len(routed):.1%} of "
        f"the rest right; the best label is right of {best / len(given):.1%}"
    )


if __name__ == "__main__":
    main()
