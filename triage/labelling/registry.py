"""Label models in the MLflow registry: recorded with figures and origin, found by the alias `champion`."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from filelock import Timeout
from pyspark.ml import PipelineModel

from triage.config import PROJECT, Settings
from triage.errors import ConfigError, ModelError, TransientError
from triage.labelling.features import TEXT
from triage.labelling.fitting import TrainedModel
from triage.labelling.linear import heads_of
from triage.labelling.taxonomy import Taxonomy
from triage.monitoring.tracking import experiment_id, open_client
from triage.store import is_local

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS = "champion"
_ARTIFACT = "labels"
_LOCK = PROJECT / "conf" / "requirements.lock"
_CHATTY = ("mlflow", "alembic", "sqlalchemy", "py4j")
_PASSING = ("INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED", "DEADLINE_EXCEEDED")


@dataclass(frozen=True)
class LoadedModel:
    """A pipeline as registered; `heads` holds each head's labels in the order of its probabilities."""

    name: str
    version: str
    pipeline: PipelineModel
    heads: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Champion:
    """What labels mails now: the bundle of all heads, and single heads that stand in for the bundle's own."""

    bundle: LoadedModel
    single: Mapping[str, LoadedModel]
    taxonomy: Taxonomy

    @property
    def version(self) -> str:
        """Version of the bundle in the registry."""
        return self.bundle.version

    @property
    def parts(self) -> Iterator[tuple[LoadedModel, tuple[str, ...]]]:
        """Each model with the heads that it decides."""
        own = tuple(head.name for head in self.taxonomy.heads if head.name not in self.single)
        if own:
            yield self.bundle, own
        for name, model in self.single.items():
            yield model, (name,)


class ModelRegistry:
    """The registry of `settings.tracking_uri`; its faults become ConfigError, ModelError or TransientError."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        with _guarded():
            self._client: MlflowClient = open_client(settings)

    def champion_version(self, name: str) -> str | None:
        """Version that the alias `champion` names."""
        model = self._model(name)
        return None if model is None or ALIAS not in model.aliases else str(model.aliases[ALIAS])

    def first_ready_version(self, name: str) -> str | None:
        """The lowest version whose registration was completed."""
        if self._model(name) is None:
            return None
        with _guarded():
            found = self._client.search_model_versions(f"name = '{name}'")
        ready = [int(version.version) for version in found if version.status == "READY"]
        return str(min(ready)) if ready else None

    def promote(self, name: str, version: str) -> None:
        """Makes the version the champion; repeating it changes nothing."""
        with _guarded():
            self._client.set_registered_model_alias(name, ALIAS, version)

    def register(self, name: str, trained: TrainedModel) -> str:
        """Records the training as a run with parameters, metrics and pipeline, and registers a new version."""
        with _guarded():
            source, run_id = self._log(name, trained)
            if self._model(name) is None:
                self._client.create_registered_model(name)
            return str(self._client.create_model_version(name, source, run_id).version)

    def load(self, name: str, version: str) -> LoadedModel:
        """The pipeline of a version. Raises ModelError when it cannot be read."""
        with _guarded():
            uri = self._client.get_model_version_download_uri(name, version)
        try:
            with _guarded():
                pipeline = self._load(uri, name, version)
            return LoadedModel(name, version, pipeline, heads_of(pipeline))
        except (ConfigError, TransientError):
            raise
        except Exception as fault:  # noqa: BLE001 - readers of Spark, Spark NLP and MLflow raise what they like
            raise ModelError(
                f"The label model cannot be read ({type(fault).__name__}).",
                where=f"{name} version {version}",
                remedy="Point its alias champion at another version, or train a new one with jobs/train.py.",
            ) from None

    def _model(self, name: str) -> Any:
        from mlflow.exceptions import MlflowException

        with _guarded():
            try:
                return self._client.get_registered_model(name)
            except MlflowException as fault:
                if fault.error_code == "RESOURCE_DOES_NOT_EXIST":
                    return None
                raise

    def _log(self, name: str, trained: TrainedModel) -> tuple[str, str]:
        import mlflow
        import mlflow.spark

        mlflow.set_tracking_uri(self.settings.tracking_uri)
        experiment = experiment_id(self._client, self.settings)
        with mlflow.start_run(experiment_id=experiment, run_name=f"train {name}", nested=True) as run:
            mlflow.log_params(_params(trained, self.settings))
            mlflow.log_metrics(_metrics(trained))
            mlflow.spark.log_model(
                trained.pipeline,
                _ARTIFACT,
                dfs_tmpdir=f"{self.settings.lake.root}.mlflow/tmp",  # else a folder under the current one
                signature=_signature(trained),
                pip_requirements=_requirements(),  # else MLflow starts pip to find out
            )
            return f"{run.info.artifact_uri}/{_ARTIFACT}", run.info.run_id

    def _load(self, uri: str, name: str, version: str) -> PipelineModel:
        """Straight from a local artifact folder; else from a copy that is downloaded once."""
        import mlflow
        import mlflow.spark

        if not is_local(self.settings.lake.root):  # executors elsewhere read from the lake's file system
            mlflow.set_tracking_uri(self.settings.tracking_uri)
            loaded: PipelineModel = mlflow.spark.load_model(
                uri, dfs_tmpdir=f"{self.settings.lake.root}.mlflow/tmp"
            )
            return loaded
        folder = _local(uri) or self._downloaded(uri, name, version)
        return PipelineModel.load(f"file://{folder / 'sparkml'}")

    def _downloaded(self, uri: str, name: str, version: str) -> Path:
        import mlflow.artifacts

        server = hashlib.sha256(self.settings.tracking_uri.encode()).hexdigest()[:12]
        target = Path(f"{self.settings.lake.root}.mlflow") / "models" / server / name / version
        if not target.exists():
            partial = target.with_name(f"{version}.partial")
            partial.mkdir(parents=True, exist_ok=True)
            found = mlflow.artifacts.download_artifacts(
                artifact_uri=uri, dst_path=str(partial), tracking_uri=self.settings.tracking_uri
            )
            Path(found).rename(target)
        return target


def _local(uri: str) -> Path | None:
    parsed = urlparse(uri)
    if parsed.scheme not in ("", "file"):
        return None
    return Path(unquote(parsed.path) if parsed.scheme else uri)


def _params(trained: TrainedModel, settings: Settings) -> dict[str, object]:
    lock = hashlib.sha256(_LOCK.read_bytes()).hexdigest() if _LOCK.exists() else "none"
    return {
        **settings.labelling.model_dump(exclude={"taxonomy"}),
        "rows": trained.rows,
        "data_digest": trained.data_digest,
        "lock_sha256": lock,
        **{f"dropped.{head}": count for head, count in trained.dropped.items()},
    }


def _metrics(trained: TrainedModel) -> dict[str, float]:
    figures = {}
    for head, systems in trained.scores.items():
        for system, found in systems.items():
            place = f"{head}.{system}".replace(" ", "_").replace("+", "and")
            figures[f"{place}.macro_f1"] = found.macro_f1
            figures[f"{place}.accuracy"] = found.accuracy
    return figures


def _signature(trained: TrainedModel) -> Any:
    """Names and types only; an input example could hold a mail."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    outputs: list[ColSpec | TensorSpec] = [ColSpec("string", f"best_label_{head}") for head in trained.scores]
    return ModelSignature(inputs=Schema([ColSpec("string", TEXT)]), outputs=Schema(outputs))


def _requirements() -> list[str]:
    from importlib.metadata import version

    return [f"{package}=={version(package)}" for package in ("mlflow", "pyspark", "spark-nlp")]


@contextmanager
def _guarded() -> Iterator[None]:
    """Keeps MLflow's chatter off both streams, and names its faults; texts of theirs may hold addresses."""
    import requests

    loggers = [logging.getLogger(name) for name in _CHATTY]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
    except (requests.RequestException, Timeout):
        raise _unreachable() from None
    except Exception as fault:
        named = _named(fault)
        if named is None:
            raise
        raise named from None
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _named(fault: Exception) -> ConfigError | TransientError | None:
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(fault, SQLAlchemyError):
        return _unreachable()
    if not isinstance(fault, MlflowException):
        return None
    if fault.error_code in _PASSING:
        return _unreachable()
    return ConfigError(
        f"MLflow refuses the request ({fault.error_code}).",
        where="mlflow.tracking_uri",
        remedy="Check mlflow.tracking_uri, mlflow.registered_model and the rights at the server.",
    )


def _unreachable() -> TransientError:
    return TransientError(
        "The MLflow server or store does not answer.",
        where="mlflow.tracking_uri",
        remedy="Check that it runs and can be reached, then start again.",
    )
