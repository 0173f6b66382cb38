"""The content of model.json: a model's heads with calibration and thresholds, and its provenance."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from triage.config import Section
from triage.labelling.features.text_fields import TextField

FILE = "model.json"
"""Its name in the model's folder."""

LINEAR = "linear"
"""The family of models whose heads share one pipeline."""

Reason = Literal["PARENT_ABSTAINED", "EMPTY_TEXT", "UNKNOWN_LANGUAGE", "OUT_OF_DISTRIBUTION", "LOW_SCORE"]
"""Why a head abstains; the first that holds, in this order."""


class Calibration(Section):
    """How logits become probabilities, with u = logit / temperature + bias.

    One label a mail: without an offset softmax(u), temperature scaling (Guo et al. 2017); with one,
    sigmoid(u + offset) over its sum. Several labels: sigmoid(u + offset) each. Only biases change the labels' order,
    so the best label is the one of the highest probability, not of the highest logit.
    See triage/labelling/evaluation/calibration.py.
    """

    temperature: float = Field(1.0, gt=0)
    """Of languages that have none of their own."""

    offset: float | None = None
    """Of all languages; None (several labels: 0) where it does not improve the likelihood."""

    biases: tuple[float, ...] = ()
    """One a label, in their order, where labels' shares have moved; none otherwise."""

    by_language: Mapping[str, float] = Field(default_factory=dict)
    """ISO 639-1 code → temperature, where enough rows were out of fold."""

    def of(self, language: str) -> float:
        """The temperature of a language."""
        return self.by_language.get(language, self.temperature)


class Threshold(Section):
    """The calibrated probability of the best label below which a person decides."""

    default: float = Field(ge=0, le=1)
    """Of languages that have none of their own."""

    by_language: Mapping[str, float] = Field(default_factory=dict)
    """ISO 639-1 code → threshold."""

    def of(self, language: str) -> float:
        """The threshold of a language."""
        return self.by_language.get(language, self.default)


class Cascade(Section):
    """Two heads over one mail: the second decides where the first one's calibrated probability is below `cut`.

    Logits are then the logarithms of the probabilities of whichever decides.
    """

    cut: float = Field(ge=0, le=1)
    first: Calibration
    second: Calibration


class HeadDescription(Section):
    """One head of a model."""

    name: str
    """As in the taxonomy and gold/labels."""

    labels: tuple[str, ...]
    """In the order of the logits."""

    multi: bool = False
    """Whether a mail may have several labels; probabilities are then independent."""

    candidate: str
    """Name in triage/labelling/candidates."""

    params: Mapping[str, float | int | str | bool | None] = Field(default_factory=dict)
    """Hyper-parameters that the search chose."""

    calibration: Calibration = Calibration()
    cascade: Cascade | None = None
    """Set where two heads stand one behind the other; their margins follow each other."""

    threshold: Threshold
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes with enough training rows; a mail in another language is not decided. Empty: any language is."""

    known_share_min: float = Field(0.0, ge=0, le=1)
    """Share of a mail's terms that the training rows knew below which it is out of distribution."""

    metrics: Mapping[str, float] = Field(default_factory=dict)
    """On held-out rows: macro_f1, accuracy, ece and so on."""


class Provenance(Section):
    """What a model was made of; equal provenance means equal metrics."""

    data: str
    """Where the rows came from: `sample gold`, `file` or a table with its Delta version."""

    data_digest: str
    """SHA-256 over the rows, in order."""

    rows: int
    seed: int
    commit: str
    """Of the code; `unknown` outside a checkout, with `+` where files were changed."""

    lock_sha256: str
    """Of conf/requirements.lock."""

    licence: str
    """Under which the model may be used, by its data and its embeddings."""

    parent: str | None = None
    """Version that a warm start began from."""


class ModelDescription(Section):
    """The content of model.json."""

    form: Literal[1] = 1
    """Version of this description's form."""

    heads: tuple[HeadDescription, ...]
    family: str = LINEAR
    """Who applies the model: a name in triage/labelling/families."""

    blocks: tuple[str, ...] = ()
    """Blocks of features that the pipeline gives margins for, in its order."""

    fields: tuple[TextField, ...] = ("subject", "body", "facts")
    """Fields of a mail that it reads."""

    embeddings_from: int | None = None
    """Stage of the pipeline from which on sentences are embedded; None where none are."""

    provenance: Provenance

    def head(self, name: str) -> HeadDescription | None:
        """The head of that name."""
        return next((head for head in self.heads if head.name == name), None)

    def first_margin(self, name: str) -> int:
        """Place of a head's first margin among those of all heads, from 0; a cascade has twice its labels."""
        before = itertools.takewhile(lambda head: head.name != name, self.heads)
        return sum(len(head.labels) * (1 if head.cascade is None else 2) for head in before)
