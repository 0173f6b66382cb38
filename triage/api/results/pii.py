"""How much personal data of marked texts is found, for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.api.records import file_of, records_of
from triage.api.results.rich_html import rich_html, rich_text
from triage.config import Settings
from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.evaluate import Report, measure, tables
from triage.privacy.evaluation.gold import GoldRow, gold_records, gold_rows
from triage.privacy.evaluation.scores import IGNORED, Score, Tally, interval, share

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    "set", "language", "system", "entity", "spans", "recall", "low", "high", "characters", "findings", "precision", "f2"
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PiiFigures:
    """What was found in marked texts beside what is marked; it shows counts and shares, never a text.

    `found` has a row a finding: id of the text, start and end (characters of the text, the end not included), entity.
    """

    report: Report
    found: pd.DataFrame

    def to_pandas(self) -> pd.DataFrame:
        """A row for each set, language, system (`ours`, `stock`) and entity.

        spans: how many are marked. recall: share of them whose every letter and digit is hidden, with `low` and `high`
        of its 95 % interval (Wilson, 1927). characters: share of their letters and digits that is hidden. findings: how
        many there are. precision: share of them that touch a marked span. f2: the F-measure that weighs recall higher.
        Shares are from 0 to 1, missing where nothing is counted.
        """
        import pandas as pd

        return pd.DataFrame(list(self._rows()), columns=list(_COLUMNS))

    def over_redaction(self, system: str = "ours") -> float | None:
        """Share of all letters and digits outside of marked spans that is hidden, too; None where none is counted."""
        scores = [score for _, name, score in self._scores() if name == system]
        return share(sum(one.redacted for one in scores), sum(one.others for one in scores))

    def _scores(self) -> Iterator[tuple[tuple[str, str], str, Score]]:
        for key, comparison in self.report.items():
            yield key, "ours", comparison.ours
            if comparison.stock is not None:
                yield key, "stock", comparison.stock

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for key, system, score in self._scores():
            for entity, tally in sorted(score.entities.items()):
                if entity not in IGNORED:
                    yield (*key, system, entity, *_figures(tally))

    def __repr__(self) -> str:
        return rich_text(tables(self.report))

    def _repr_html_(self) -> str:
        return rich_html(tables(self.report))


def _figures(tally: Tally) -> tuple[Any, ...]:
    low, high = interval(tally.covered, tally.spans)
    characters = share(tally.characters_covered, tally.characters)
    return (tally.spans, tally.recall, low, high, characters, tally.findings, tally.precision, tally.f2)


def measured_pii(settings: Settings, gold: object, *, beside_stock: bool) -> PiiFigures:
    """See `Lake.measure_pii`."""
    import pandas as pd

    file = file_of(gold)
    rows = gold_rows(file) if file else gold_records(records_of(gold, "gold"))
    found: list[tuple[object, int, int, str]] = []

    def keep(row: GoldRow, spans: list[Span]) -> None:
        found.extend((row.id, span.start, span.end, span.entity) for span in spans)

    report = measure(settings, rows, lambda row, spans: keep(row, list(spans)), beside_stock=beside_stock)
    return PiiFigures(report, pd.DataFrame(found, columns=["id", "start", "end", "entity"]))
