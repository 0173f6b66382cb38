"""The inputs of a model card: evaluated heads, and facts about their training. No mail text, no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from triage.errors import ModelError
from triage.labelling.description import HeadDescription
from triage.labelling.evaluation.abstention import RiskCoverage, risk_coverage
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.labelling.evaluation.intervals import Floats
from triage.labelling.evaluation.reliability import Truth, answers
from triage.labelling.evaluation.tallies import Answers

Texts = npt.NDArray[np.str_]


@dataclass(frozen=True)
class TrainingFacts:
    """Facts about a training that the model's description does not have."""

    purpose: Mapping[str, str]
    """Head → its comment in the taxonomy."""

    training_rows: Mapping[str, Mapping[str, Mapping[str, int]]]
    """Head → label → language → training rows."""

    dropped: Mapping[str, Mapping[str, int]]
    """Head → reason → excluded rows; empty where there are none."""

    seconds: float
    """Wall-clock time."""

    processor_seconds: float
    """Of all cores, measured; see triage/labelling/energy.py."""

    watts_per_core: float
    """Assumed power of a busy core with its share of the machine."""

    cores: int
    digests: Mapping[str, str] = field(default_factory=dict)
    """Input → SHA-256, in addition to those of the provenance."""


@dataclass(frozen=True)
class Head:
    """A head's description with its answers to held-out rows."""

    description: HeadDescription
    rows: Evaluated

    @property
    def name(self) -> str:
        """As in the taxonomy."""
        return self.description.name

    @property
    def thresholds(self) -> Floats:
        """Of each row, by its language."""
        codes, of_row = np.unique(self.rows.languages, return_inverse=True)
        return np.array([self.description.threshold.of(str(code)) for code in codes])[of_row]

    @property
    def top(self) -> Floats:
        """Calibrated probability of each row's best label."""
        return np.asarray(self.rows.after.max(axis=1))

    @property
    def top_right(self) -> Floats:
        """Whether each row's best label is right, 0 or 1."""
        best = self.rows.after.argmax(axis=1)
        if self.description.multi:
            return np.asarray(self.rows.truth[np.arange(len(best)), best], dtype=np.float64)
        return answers(self.rows.after, self.rows.truth)[1]

    @property
    def truth(self) -> Answers:
        """Label names [n], or flags [n × labels]."""
        return self.rows.truth.astype(np.bool_) if self.description.multi else self._named(self.rows.truth)

    @property
    def predicted(self) -> Answers:
        """The best label whether or not the head abstains, or flags of labels at or above the threshold."""
        if self.description.multi:
            return np.asarray(self.rows.after >= self.thresholds[:, None])
        return self._named(self.rows.after.argmax(axis=1))

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Rows that the model labels: the probability of the best label is at least the threshold."""
        return np.asarray(self.top >= self.thresholds)

    @property
    def curve(self) -> RiskCoverage:
        """The risk–coverage curve."""
        return risk_coverage(self.top, self.top_right)

    def _named(self, columns: Truth) -> Texts:
        return np.array(self.description.labels, dtype=np.str_)[columns]


def evaluated_head(description: HeadDescription, rows: Evaluated) -> Head:
    """The head with its rows. Raises ModelError when there is no row, or the labels differ from the description's."""
    if len(rows.truth) == 0 or rows.after.shape[1] != len(description.labels):
        raise ModelError(
            "The model card has no rows for this head, or other labels than the model.",
            where=f"head {description.name}",
            remedy="Evaluate held-out rows of every head with the model's own labels.",
        )
    return Head(description, rows)
