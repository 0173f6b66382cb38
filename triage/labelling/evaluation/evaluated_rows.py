"""A head's predictions for held-out rows: truth, probabilities, and what the rows are sliced by."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.errors import ContractError
from triage.labelling.evaluation.intervals import Floats, Ints
from triage.labelling.evaluation.reliability import Truth

Texts = npt.NDArray[np.str_]

_SLICE_NAME = re.compile(r"[a-z][a-z0-9_ -]{0,23}")
"""What languages and sender kinds may look like, so that no address or name gets onto a card."""


@dataclass(frozen=True)
class Evaluated:
    """A head's predictions for n held-out rows; labels in the order of its description."""

    head: str
    truth: Truth
    """Each row's column [n], or 0/1 flags [n × labels] where a mail may have several labels."""

    before: Floats
    """Probabilities without calibration, n × labels."""

    after: Floats
    """Calibrated probabilities, n × labels."""

    languages: Texts
    """ISO 639-1 codes, `und` where unknown."""

    lengths: Ints
    """Characters of the text that the model read."""

    senders: Texts
    """Kinds of sender, such as person, list, automatic."""

    groups: Texts | Ints | None = None
    """Threads or days that are resampled as a whole; None: rows are."""

    def __post_init__(self) -> None:
        columns = (self.truth, self.before, self.after, self.languages, self.lengths, self.senders)
        if len({len(column) for column in columns}) != 1 or self.before.shape != self.after.shape:
            raise ContractError(
                "The evaluated rows do not match.",
                where=f"head {self.head}",
                remedy="Give truth, probabilities and slices of the same rows.",
            )
        for name in {*self.languages.tolist(), *self.senders.tolist()}:
            if not _SLICE_NAME.fullmatch(name):
                raise ContractError(
                    "A language or sender kind is no plain word.",
                    where=f"head {self.head}",
                    remedy="Give codes such as en or list; a card must not hold what could name a person.",
                )
