"""A registered linear model over one mail: logits, the share of known words, and what each term adds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import murmurhash3_32

from triage.labelling.description import ModelDescription
from triage.labelling.plain.mail_terms import SUPPORTED, terms_of, words_of
from triage.labelling.plain.weights import BlockWeights, Floats, ModelWeights, read_weights
from triage.labelling.registry.model_folder import read_description

_SEED = 42
"""Of Spark's HashingTF, which hashes a term's UTF-8 bytes with MurmurHash3 (x86, 32 bits)."""


@dataclass(frozen=True)
class PlainModel:
    """A version as registered."""

    name: str
    version: str
    weights: ModelWeights

    @property
    def description(self) -> ModelDescription:
        """What the model says of itself."""
        return self.weights.description

    @property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """Each head's labels in the order of its probabilities."""
        return {head.name: head.labels for head in self.weights.description.heads}

    def decides(self, head: str) -> bool:
        """Whether it has the head, and decides it by terms alone."""
        about = self.description.head(head)
        return about is not None and about.cascade is None


def read_plain_model(name: str, version: str, folder: Path) -> PlainModel | None:
    """The model in a folder that was checked; None where it is not linear in terms that are drawn here.

    Raises ModelError or OSError where it cannot be read.
    """
    weights = read_weights(folder, read_description(folder))
    if weights is None or not set(weights.description.fields) <= SUPPORTED:
        return None
    return PlainModel(name, version, weights)


@dataclass(frozen=True)
class MailText:
    """One mail, a row of silver/mail, as the terms of a model are drawn from it."""

    row: Mapping[str, Any] = field(repr=False)

    @property
    def subject(self) -> str:
        """Empty where it is unknown."""
        return self.row["subject"] or ""

    @property
    def body(self) -> str:
        """Empty where it is unknown."""
        return self.row["body"] or ""

    @property
    def facts(self) -> Mapping[str, Any]:
        """All columns."""
        return self.row


class MailFeatures:
    """The features of one mail for one model."""

    def __init__(self, model: PlainModel, mail: Mapping[str, Any]) -> None:
        self._model = model
        words = words_of(MailText(mail), model.description.fields)
        self._blocks = {name: _Block(terms_of(name, words), own) for name, own in model.weights.blocks.items()}

    @cached_property
    def known_share(self) -> float:
        """Share of the mail's words that the training rows had, 0 to 1; 1 for a model without words."""
        known = self._model.weights.known
        return 1.0 if known is None else self._blocks["words"].share(known)

    def logits(self, head: str) -> Floats:
        """One a label."""
        rows = self._rows(head)
        return np.asarray(np.sum([block.margins(rows) for block in self._blocks.values()], axis=0))

    def added(self, head: str) -> tuple[dict[str, Floats], Floats]:
        """What each term adds to each label's logit, by name, and the bias of each label: together the logits."""
        rows, found = self._rows(head), defaultdict[str, Any](float)
        for block in self._blocks.values():
            for name, added in block.terms(rows):
                found[name] = found[name] + added
        bias = np.sum([block.bias(rows) for block in self._blocks.values()], axis=0)
        return found, np.asarray(bias)

    def _rows(self, head: str) -> slice:
        start = self._model.description.first_margin(head)
        return slice(start, start + len(self._model.heads[head]))


class _Block:
    """Terms of one kind with their hashed places; a place's value is count × IDF over the length of all."""

    def __init__(self, terms: Sequence[tuple[str, str]], weights: BlockWeights) -> None:
        self._names = [name for _, name in terms]
        self._places = [murmurhash3_32(term, seed=_SEED, positive=False) % len(weights.idf) for term, _ in terms]
        self._weights = weights
        self._counts = Counter(self._places)
        self._columns = sorted(self._counts)
        weighted = np.array([self._counts[place] * weights.idf[place] for place in self._columns])
        length = float(np.sqrt(np.sum(weighted**2))) or 1.0
        self._values = weighted / length

    def margins(self, rows: slice) -> Floats:
        return np.asarray(self._added(rows).sum(axis=1) + self.bias(rows))

    def bias(self, rows: slice) -> Floats:
        return self._weights.bias[rows]

    def terms(self, rows: slice) -> list[tuple[str, Floats]]:
        """Terms of one hashed place share its part by how often each occurs."""
        added = dict(zip(self._columns, self._added(rows).T, strict=True))
        each = Counter(zip(self._names, self._places, strict=True))
        return [(name, added[place] * (count / self._counts[place])) for (name, place), count in each.items()]

    def share(self, known: Floats) -> float:
        """Each place divided by the number of words and then added in order, as Spark does.

        A share that is just at the limit would else fall on the other side of it by rounding.
        """
        share, total = 0.0, len(self._places)
        for place in self._columns:
            share += float(known[place]) * (self._counts[place] / total)
        return share

    def _added(self, rows: slice) -> Any:
        """Labels × places."""
        chosen = self._weights.weights[rows][:, self._columns]
        dense = chosen.toarray() if hasattr(chosen, "toarray") else np.asarray(chosen)
        return dense * self._values
