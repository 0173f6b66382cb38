"""One figure of a run, of all its mails or of a slice, and the declaration of what is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from triage.monitoring.view import RunView

Family = Literal["quality", "drift", "performance", "fairness", "value", "service"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A metric's value for one slice of a run.

    `metric` is a registered name, or one followed by a dot and what it is of (`drift.label.category`). `value` is None
    where it cannot be known; `note` then is the code that says why. `low` and `high` are the bounds of the interval in
    which the true value lies (`monitoring.confidence`), `usual` what the value is compared with, `mails` the mails
    behind it.
    """

    metric: str
    value: float | None
    by: str = "run"
    slice: str = ""
    low: float | None = None
    high: float | None = None
    usual: float | None = None
    mails: int = 0
    note: str = ""

    def as_row(self, run_id: str) -> dict[str, Any]:
        """The row of `metrics/measures`; numbers as floats, since Spark would write null for an int."""
        numbers = {name: _float(getattr(self, name)) for name in ("value", "low", "high", "usual")}
        return {"run_id": run_id, **asdict(self), **numbers}


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured each run: `measure` gives its values, for the kinds of slices in `by`.

    `unit` is a word for people (`share`, `mails`, `hours`), `meaning` a sentence for the report and the dictionary.
    `parts` are what may follow the name and a dot; one that ends with `.*` may go on (`label.*`: `label`,
    `label.category`). None: any, such as heads, languages and reasons. `notes` are its codes, None: any.
    """

    name: str
    family: Family
    unit: str
    by: tuple[str, ...]
    meaning: str
    measure: Callable[[RunView], Iterable[Measurement]]
    parts: tuple[str, ...] | None = None
    notes: tuple[str, ...] | None = None

    def covers(self, name: str) -> bool:
        """Whether a measurement of this name is one of this metric."""
        return name == self.name or name.startswith(f"{self.name}.")

    def has(self, name: str) -> bool:
        """Whether a measurement of this metric can have this name."""
        part = name.removeprefix(self.name).removeprefix(".")
        if not part or self.parts is None:
            return True
        return any(part == one or (one.endswith(".*") and f"{part}.".startswith(one[:-1])) for one in self.parts)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
