"""Label models in memory: as trained, as registered, and those in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyspark.ml import PipelineModel

from triage.labelling.description import LINEAR, ModelDescription
from triage.labelling.taxonomy import Taxonomy
from triage.monitoring.profiles.profile_file import ModelProfile


@dataclass(frozen=True)
class BuiltModel:
    """Fitted heads as a model: stages for the JVM, and the files that their family needs."""

    pipeline: PipelineModel
    blocks: tuple[str, ...] = ()
    """Blocks that the pipeline gives margins for."""
    embeddings_from: int | None = None
    """Stage from which on it embeds."""
    family: str = LINEAR
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The family's own files, by name; stored in the model's folder beside the pipeline."""


@dataclass(frozen=True)
class LoadedModel:
    """A pipeline as registered, what it says of itself, its family's own files by name, and its profile."""

    name: str
    version: str
    pipeline: PipelineModel
    description: ModelDescription
    files: Mapping[str, bytes] = field(default_factory=dict)
    profile: ModelProfile | None = None
    """Of the rows that it was trained and held back on."""

    @property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """Each head's labels in the order of its probabilities."""
        return {head.name: head.labels for head in self.description.heads}


@dataclass(frozen=True)
class Tried:
    """A bundle beside the champion's: it labels the batches after `after_batch`, and decides `share` of the threads."""

    model: LoadedModel
    share: float
    salt: str
    after_batch: int


@dataclass(frozen=True)
class Champion:
    """What labels mails now: the bundle of all heads, and single heads that stand in for the bundle's own.

    There need be no bundle where every head has a model of its own.
    """

    bundle: LoadedModel | None
    single: Mapping[str, LoadedModel]
    taxonomy: Taxonomy
    alerts: tuple[str, ...] = ()
    """What was refused on the way here, and what stands in; a sentence each."""
    tried: Tried | None = None
    """A model that is tried beside the bundle."""

    @property
    def challenger(self) -> Champion | None:
        """The same with the tried bundle in place of the bundle; None where none is tried."""
        return replace(self, bundle=self.tried.model, tried=None) if self.tried else None

    @property
    def version(self) -> str | None:
        """Version of the bundle in the registry."""
        return self.bundle.version if self.bundle else None

    @property
    def parts(self) -> Iterator[tuple[LoadedModel, tuple[str, ...]]]:
        """Each model with the heads that it decides."""
        own = tuple(head.name for head in self.taxonomy.heads if head.name not in self.single)
        if own and self.bundle:
            yield self.bundle, own
        for name, model in self.single.items():
            yield model, (name,)
