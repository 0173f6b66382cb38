"""What a comparison reads: truth and two models' answers, for the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from triage.labelling.evaluation.intervals import Floats, Keys
from triage.labelling.evaluation.tallies import Answers, Flags

Texts = npt.NDArray[np.str_]

NO_SLICE = ""
"""The slice of a row that is in none of its kind."""


@dataclass(frozen=True)
class Given:
    """A model's answers to n rows."""

    predicted: Answers
    """The best label of each row [n], or flags [n × labels] where a mail may have several labels."""

    score: Floats
    """Calibrated probability of the best label [n]."""

    abstained: Flags
    """Whether a person decides instead [n]."""

    def rows(self, use: Flags) -> Given:
        """The answers to the rows of a mask."""
        return Given(self.predicted[use], self.score[use], self.abstained[use])


@dataclass(frozen=True)
class PairedHead:
    """A head's right labels and both models' answers to n rows."""

    head: str
    known: Flags
    """The rows whose right label is known [n]; the others say nothing."""

    truth: Answers
    """As `Given.predicted`."""

    champion: Given
    challenger: Given
    labels: tuple[str, ...] = ()
    """Of the columns of flags."""

    new: bool = False
    """Whether the champion does not have the head, so that there is nothing to compare with."""

    def rows(self, use: Flags) -> PairedHead:
        """The rows of a mask."""
        sides = (self.champion.rows(use), self.challenger.rows(use))
        return PairedHead(self.head, self.known[use], self.truth[use], *sides, self.labels, self.new)

    @property
    def right(self) -> tuple[Flags, Flags]:
        """Whether the champion's and the challenger's answers are right [n], abstained or not."""
        return right(self.truth, self.champion.predicted), right(self.truth, self.challenger.predicted)


@dataclass(frozen=True)
class PairedRows:
    """n rows with all heads."""

    heads: tuple[PairedHead, ...]
    slices: Mapping[str, Texts] = field(default_factory=dict)
    """By kind, each row's slice [n]; `NO_SLICE` for rows in none."""

    groups: Keys | None = None
    """Threads, which are resampled as a whole [n]; None: rows are."""

    def __len__(self) -> int:
        return len(self.heads[0].known)

    @property
    def new(self) -> tuple[PairedHead, ...]:
        """The heads that the champion does not have."""
        return tuple(head for head in self.heads if head.new)

    def common(self) -> PairedRows | None:
        """The heads that both models have, and their rows; None where there is none."""
        heads = tuple(head for head in self.heads if not head.new)
        return PairedRows(heads, self.slices, self.groups).known() if heads else None

    def known(self) -> PairedRows:
        """The rows whose right label is known in any head; the others would count as rows that say nothing."""
        use = np.any([head.known for head in self.heads], axis=0)
        return PairedRows(
            tuple(head.rows(use) for head in self.heads),
            {kind: values[use] for kind, values in self.slices.items()},
            None if self.groups is None else self.groups[use],
        )


def right(truth: Answers, predicted: Answers) -> Flags:
    """Rows whose answer is the truth; of several labels all must be."""
    same = truth == predicted
    return np.asarray(same if same.ndim == 1 else same.all(axis=1))
