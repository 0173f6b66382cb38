"""A head trained from own rows, for a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType

from triage.api.records import file_of, records_of
from triage.api.results.rich_html import rich_html, rich_text
from triage.cli import os_user
from triage.config import Settings
from triage.labelling.data.labelled_rows import LabelledFile
from triage.labelling.data.record_files import RecordFile
from triage.labelling.data.report import report_table
from triage.labelling.promotion.labelled_file import train_from_file
from triage.labelling.promotion.registration import Registration
from triage.labelling.promotion.report import registration_note, training_table
from triage.lake.store import Store
from triage.learning.promotion.decide import Override, reason_of_decision
from triage.learning.promotion.report import verdict_note, verdict_table
from triage.learning.promotion.verdict import Verdict
from triage.learning.retraining.judged import decide_on

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Training:
    """A registered version of a head, its figures on held-out rows, and what the gate decided on it."""

    made: Registration
    verdict: Verdict
    settings: Settings

    @property
    def name(self) -> str:
        """Name of the model in the registry."""
        return self.made.name

    @property
    def version(self) -> str:
        """Its version."""
        return self.made.version

    @property
    def is_champion(self) -> bool:
        """Whether it is in force now."""
        return self.verdict.goes_live

    def figures(self) -> pd.DataFrame:
        """A row a system on the held-out rows, which no fit had seen: this model, and what it should beat.

        Columns: head, system, macro_f1 and accuracy (0 to 1), rows.
        """
        import pandas as pd

        rows = [
            (head, system, found.macro_f1, found.accuracy, found.rows)
            for head, systems in self.made.trained.scores.items()
            for system, found in systems.items()
        ]
        return pd.DataFrame(rows, columns=["head", "system", "macro_f1", "accuracy", "rows"])

    def __repr__(self) -> str:
        return rich_text(self._parts())

    def _repr_html_(self) -> str:
        return rich_html(self._parts())

    def _parts(self) -> Iterator[RenderableType]:
        """What jobs/train.py prints."""
        if self.made.report:
            yield report_table(self.made.report)
        yield training_table(self.made)
        yield registration_note(self.made)
        if (table := verdict_table(self.verdict)) is not None:
            yield table
        yield verdict_note(self.verdict, self.settings)


def trained(
    store: Store, settings: Settings, rows: object, head: str, label: str, text: Sequence[str], *, warm: bool, why: str
) -> Training:
    """See `Lake.train`."""
    override = Override(os_user(), reason_of_decision(why)) if why else None
    file = _labelled(rows, head, label, tuple(text))
    made = train_from_file(store.spark, settings, file, warm=warm)
    return Training(made, decide_on(store.spark, settings, made, override), settings)


def _labelled(rows: object, head: str, label: str, text: tuple[str, ...]) -> LabelledFile:
    if file := file_of(rows):
        return LabelledFile(file, head, label, text)
    content = RecordFile(tuple(records_of(rows, "rows")), {})
    return LabelledFile(Path("rows"), head, label, text, content=content)
