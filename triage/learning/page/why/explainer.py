"""Explanations of items from the model versions that labelled their mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from triage.config import Settings
from triage.errors import TriageError
from triage.labelling.plain.weights import ModelWeights, read_weights
from triage.labelling.registry.manifest import check_registered
from triage.learning.page.desk.items import Item, Mail
from triage.learning.page.why.reasons import Reason

Load = Callable[[str, str], ModelWeights | None]
"""Weights of a model by name and version; None where its terms cannot be told."""

_MOST_CACHED = 10_000


class Explainer:
    """Reasons by item, each found once."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._weights: dict[tuple[str, str], ModelWeights | None] = {}
        self._known: dict[str, Sequence[Reason]] = {}

    def prepare(self, items: Sequence[Item]) -> None:
        """Loads the versions that are not loaded yet. One that cannot be used leaves its items without reasons."""
        for version in sorted({(one.model, one.model_version) for one in items if one.model_version}):
            name, number = version[0], str(version[1])
            if (name, number) not in self._weights:
                try:
                    self._weights[name, number] = self._load(name, number)
                except TriageError:  # an explanation only informs; labelling itself reports a model that is not valid
                    self._weights[name, number] = None

    def reasons(self, item: Item, mail: Mail) -> Sequence[Reason]:
        """The strongest first; those of the draw while the model is not loaded or has no terms."""
        if item.decided_by is not None:
            return (Reason("sign", item.decided_by, None),)
        weights = self._weights.get((item.model, str(item.model_version)))
        if weights is None:
            return [Reason("text", term, None) for term in item.terms]
        if item.item_id not in self._known:
            from triage.learning.page.why.support import reasons  # scikit-learn takes a second to import

            if len(self._known) >= _MOST_CACHED:
                self._known.clear()
            self._known[item.item_id] = reasons(weights, mail, item.head, item.suggested, item.scores)
        return self._known[item.item_id]


def registered_weights(settings: Settings) -> Load:
    """Reads weights from the model registry, from folders that match their manifest."""

    def load(name: str, version: str) -> ModelWeights | None:
        from triage.labelling.registry.model_folder import read_description
        from triage.labelling.registry.model_registry import ModelRegistry  # brings MLflow

        def read(folder: Path, digest: str | None) -> ModelWeights | None:
            check_registered(folder, digest)
            return read_weights(folder, read_description(folder))

        return ModelRegistry(settings).read(name, version, read)

    return load
