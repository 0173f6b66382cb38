"""A model registry and ops/promotions without Spark: versions whose files are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.labelling.mlmodel import write_mlmodel
from triage.config import Settings
from triage.labelling.registry.artifacts import ARTIFACT
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.learning.promotion.verdict import Decision, Opponent, Verdict


def store_of(settings: Settings) -> Store:
    """A store that makes no session."""

    def none() -> None:
        raise AssertionError("a decision needs no Spark")

    return Store(none, settings.lake.root)  # type: ignore[arg-type]


def register(settings: Settings, tags: Mapping[str, str] | None = None) -> str:
    """A version with made-up files."""
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    number = 1 + len(list(Path(settings.lake.root).parent.glob("made_up_*")))
    folder = Path(settings.lake.root).parent / f"made_up_{number}" / ARTIFACT
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(f"{number}", "utf-8")
    write_mlmodel(folder)
    digest = write_manifest(folder)
    with translated_errors():
        if registry._model(name) is None:
            registry._client.create_registered_model(name)
        version = registry._client.create_model_version(
            name, folder.as_uri(), tags={"manifest_sha256": digest, **(tags or {})}
        )
    registry.set_alias("challenger", name, str(version.version))
    return str(version.version)


def verdict(settings: Settings, version: str, champion: str | None, decision: Decision = "promoted") -> Verdict:
    """A verdict without figures."""
    name = settings.mlflow.registered_model
    opponent = None if champion is None else Opponent(name, champion)
    return Verdict(name, version, champion, opponent, decision, ("Because of the test.",))
