"""Where rows come from: a lake, as it is or as it was at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import DataFrame

from triage.config import Settings
from triage.lake.store import Store
from triage.query.ask import Question, ask, frame
from triage.query.engines.choice import EngineName
from triage.query.language.literals import Parameters


@dataclass(frozen=True, slots=True)
class Source:
    """A lake's tables and settings; `moment` is None for the lake as it is, and `engine` answers statements."""

    store: Store
    settings: Settings
    moment: datetime | None = None
    engine: EngineName = "auto"

    @property
    def now(self) -> datetime:
        """The moment from which durations such as `7d` count back."""
        return self.moment or datetime.now(UTC)

    def read(self, sql: str, parameters: Parameters, most: int = 0) -> pa.RecordBatchReader:
        """The rows of a statement, `most` of them (0: all).

        Raises ConfigError and AccessDeniedError as `triage.query.ask` does.
        """
        return ask(self.store, self.settings, self._question(sql, parameters, most))

    def frame(self, sql: str, parameters: Parameters, most: int = 0) -> DataFrame:
        """The same as a DataFrame of Spark, which is started on first use."""
        return frame(self.store, self._question(sql, parameters, most))

    def _question(self, sql: str, parameters: Parameters, most: int) -> Question:
        return Question(sql, parameters, most, self.moment, self.engine)
