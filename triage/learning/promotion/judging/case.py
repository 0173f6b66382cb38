"""What a judgement is about: the challenger, the model it is compared with, and their heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError, ModelError
from triage.labelling.models import LoadedModel
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head, Taxonomy, load_taxonomy
from triage.learning.promotion.judging.answers import Side, load_side
from triage.learning.promotion.judging.pairing import AskedHead
from triage.privacy.pseudonyms.keys import Keys, load_keys

Version = tuple[str, str]
"""Name in the registry, and version."""


@dataclass(frozen=True)
class Case:
    """A registered version, and what it is compared with."""

    settings: Settings
    taxonomy: Taxonomy
    keys: Keys | None
    challenger: Side
    opponent: Side | None
    """None where there is none that can be loaded and has one of the challenger's heads."""

    champion: str | None
    """The version that is champion under the challenger's own name."""

    fault: str
    """Why the champion cannot be compared with; empty where it can."""

    @property
    def models(self) -> list[LoadedModel]:
        """The challenger's model first."""
        return [side.model for side in (self.challenger, self.opponent) if side is not None]

    @property
    def heads(self) -> list[AskedHead]:
        """Of a bundle the taxonomy's heads that either model has, else the challenger's own."""
        bundle = self.challenger.model.name == self.settings.mlflow.registered_model
        own = tuple(self.challenger.model.heads)
        names = tuple(head.name for head in self.taxonomy) if bundle else own
        return [self._asked(name, declared=bundle) for name in names if any(name in m.heads for m in self.models)]

    def missing(self) -> Iterator[str]:
        """Sentences on heads that the opponent decides and the challenger lacks."""
        lacking = [one.head.name for one in self.heads if one.head.name not in self.challenger.model.heads]
        if lacking:
            yield f"It lacks heads that the champion decides: {', '.join(lacking)}."

    def of_side(self, side: Side) -> list[Head]:
        """The heads that the model of this side has."""
        named = [one.head.name for one in self.heads]
        return [self.taxonomy.named(name, side.model.heads[name]) for name in named if name in side.model.heads]

    def _asked(self, name: str, *, declared: bool) -> AskedHead:
        model = next(model for model in self.models if name in model.heads)
        about = model.description.head(name)
        head = self.taxonomy.named(name, model.heads[name])
        return AskedHead(head, multi=about is not None and about.multi, declared=declared)


def open_case(settings: Settings, challenger: Version) -> Case:
    """Loads both models.

    Raises ConfigError where the version is the champion already, ModelError where its files are not those that were
    registered.
    """
    registry, (name, version) = ModelRegistry(settings), challenger
    champion = registry.champion_version(name)
    if champion == version:
        where = f"{name} version {version}"
        raise ConfigError("It is the champion already.", where=where, remedy="Name another version.")
    keys = _keys(settings)
    side = load_side(registry, name, version, keys)
    opponent, fault = _opponent(registry, side, keys)
    return Case(settings, load_taxonomy(settings), keys, side, opponent, champion, fault)


def opponent_of(registry: ModelRegistry, name: str) -> Version | None:
    """The champion of that name; else, of a single head's name, the bundle, which decides the head until then."""
    for model in dict.fromkeys((name, registry.settings.mlflow.registered_model)):
        version = registry.champion_version(model)
        if version is not None:
            return model, version
    return None


def _opponent(registry: ModelRegistry, side: Side, keys: Keys | None) -> tuple[Side | None, str]:
    found = opponent_of(registry, side.model.name)
    if found is None:
        return None, ""
    try:
        loaded = load_side(registry, *found, keys)
    except ModelError as fault:
        return None, f"{found[0]} version {found[1]}, the champion, cannot be compared with: {fault.what}"
    return (loaded if set(loaded.model.heads) & set(side.model.heads) else None), ""


def _keys(settings: Settings) -> Keys | None:
    """Without keys nothing is left out that a model learnt from.

    The challenger's own rows are left out by who trained it; rows that the champion learnt from favour the champion.
    """
    try:
        return load_keys(settings)
    except KeyMaterialError:
        return None
