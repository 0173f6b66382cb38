"""What the tables hold of a run's batches: their rows, counts, gate verdicts, sources."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE, ROUTES, SILVER_MAIL, Table
from triage.monitoring.record import GateVerdict, SourceFacts

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RunTables:
    """The rows of a run's batches; `quality` (of `metrics/quality`) is in the driver's memory.

    `ledger` has at least the rows of the files that its mails came from.
    """

    silver: DataFrame
    quarantine: DataFrame
    labels: DataFrame
    routes: DataFrame
    ledger: DataFrame
    quality: Rows


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages by what became of them; those of replays are apart, since a replay reads no message of an export."""

    read: int = 0
    new: int = 0
    published: int = 0
    quarantined: int = 0
    replayed: int = 0

    @property
    def quarantined_share(self) -> float:
        """Share of the new messages that are quarantined, 0 to 1."""
        return self.quarantined / self.new if self.new else 0.0


def tables_of(batches: range, store: Store) -> RunTables:
    """The rows that the batches wrote."""

    def rows_of(table: Table) -> DataFrame:
        return store.read(table).where(f.col("batch_id").between(batches[0], batches[-1]))

    quality = list(store.rows(QUALITY, QUALITY.column_names, batch_id=batches))
    replays = store.count(LEDGER, kind=["replay"], batch_id=batches)  # of mails from files of any earlier batch
    ledger = store.read(LEDGER) if replays else rows_of(LEDGER)
    silver, quarantine, labels, routes = map(rows_of, (SILVER_MAIL, QUARANTINE, LABELS, ROUTES))
    return RunTables(silver, quarantine, labels, routes, ledger, quality)


def counts_of(batches: range, quality: Rows, store: Store) -> Counts:
    """Counts the messages of batches. Raises ContractError where a new message is in none or both of two tables."""
    planned = store.rows(LEDGER, ("batch_id",), kind=["replay"], batch_id=batches)
    replays = {row["batch_id"] for row in planned}
    figures: Counter[str] = Counter()
    for row in quality:
        if row["stage"] == "ingest":
            figures[row["measure"]] += int(row["value"])
    read = set(batches) - replays
    counts = Counts(
        read=figures["new"] + figures["duplicate"],
        new=figures["new"],
        published=store.count(SILVER_MAIL, batch_id=read),
        quarantined=store.count(QUARANTINE, batch_id=read),
        replayed=store.count(SILVER_MAIL, batch_id=replays),
    )
    _validate_balance(counts, batches)
    return counts


def _validate_balance(counts: Counts, batches: range) -> None:
    if counts.new != counts.published + counts.quarantined:
        raise ContractError(
            f"{counts.new} new messages, but {counts.published} published and {counts.quarantined} in quarantine.",
            where=f"batches {batches[0]} to {batches[-1]}",
            remedy="Compare vault/raw_mail with silver/mail and quarantine/mail by mail_key, and report it.",
        )


def gate_verdicts(quality: Rows) -> list[GateVerdict]:
    """The verdicts of the gate, by batch and expectation."""
    names = [field.name for field in fields(GateVerdict)]
    rows = (row for row in quality if row["passed"] is not None)
    verdicts = [GateVerdict(**{name: row[name] for name in names}) for row in rows]
    return sorted(verdicts, key=lambda verdict: (verdict.batch_id, verdict.measure))


def sources_of(batches: Iterable[int], store: Store) -> list[SourceFacts]:
    """Files and bytes that the batches read, by format."""
    files: dict[str, set[str]] = defaultdict(set)
    size: Counter[str] = Counter()
    columns = ("format", "file_key", "range_start", "range_end")
    for row in store.rows(LEDGER, columns, kind=["file"], batch_id=list(batches)):
        files[row["format"]].add(row["file_key"])
        size[row["format"]] += row["range_end"] - row["range_start"]
    return [SourceFacts(name, len(files[name]), size[name]) for name in sorted(files)]
