"""Loads the model versions that labelled a mail, or the models in force where those cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame, Row

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.registry.champion import champion_in_force, require_heads
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.inference import label
from triage.labelling.taxonomy import Taxonomy, load_taxonomy


@dataclass(frozen=True)
class DecidingModels:
    """Models, each with the heads that it decides."""

    champions: tuple[Champion, ...]
    notes: tuple[str, ...] = ()
    """Model versions that could not be used, a sentence each."""

    def label(self, silver: DataFrame) -> DataFrame:
        """Rows of gold/labels, computed by the same code as in a batch."""
        return reduce(DataFrame.unionByName, [label(silver, champion) for champion in self.champions])

    def model_of(self, head: str) -> LoadedModel | None:
        """The model that decides the head."""
        parts = (part for champion in self.champions for part in champion.parts)
        return next((model for model, heads in parts if head in heads), None)


def deciding_models(stored: Sequence[Row], settings: Settings) -> DecidingModels:
    """The model versions that `stored`, the rows of a mail in gold/labels, name.

    The models in force decide heads without a row, and heads whose version is missing or not valid, with a
    note. Raises ModelError when no version is valid.
    """
    taxonomy, registry = load_taxonomy(settings), ModelRegistry(settings)
    champions: list[Champion] = []
    notes: list[str] = []
    for (name, version), heads in _grouped(stored).items():
        known = _only(taxonomy, heads)
        unknown = [h for h in heads if taxonomy.find(h) is None]
        notes += [f"Head {h} is no longer in the taxonomy." for h in unknown]
        if not known.heads:
            continue
        try:
            model = require_heads(registry.load(name, version), known.heads)
        except ModelError as fault:
            notes.append(f"{name} version {version}, which decided {', '.join(heads)}, cannot be used: {fault.what}")
        else:
            champions.append(Champion(model, {}, known))
    had = {head.name for champion in champions for head in champion.taxonomy.heads}
    missing = [head.name for head in taxonomy.heads if head.name not in had]
    if missing:
        present = champion_in_force(registry, taxonomy, settings, _no_model)
        champions += _restricted(present, missing)
        notes.append(f"The models in force decide instead: {', '.join(missing)}.")
    return DecidingModels(tuple(champions), tuple(notes))


def _grouped(stored: Sequence[Row]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in stored:
        found.setdefault((row.model, row.model_version), []).append(row["head"])
    return found


def _only(taxonomy: Taxonomy, heads: Sequence[str]) -> Taxonomy:
    return taxonomy.model_copy(update={"heads": tuple(h for h in taxonomy.heads if h.name in heads)})


def _restricted(present: Champion, heads: Sequence[str]) -> list[Champion]:
    parts = [(model, [head for head in own if head in heads]) for model, own in present.parts]
    return [Champion(model, {}, _only(present.taxonomy, own)) for model, own in parts if own]


def _no_model() -> str:
    raise ModelError("There is no label model yet.", remedy="Train one with jobs/train.py.")
