"""The model that MLflow's server calls: the batch's labels for the rows of a pandas frame.

`mlflow models serve` and `mlflow.pyfunc.load_model` load it through `_load_pyfunc` of the package. Settings then come
from the file that the environment variable TRIAGE_SETTINGS names, else they are the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.config import load_settings
from triage.labelling.registry.signature import ANSWER
from triage.labelling.serving.engines import Engine, ModelFiles, engine_of
from triage.labelling.serving.records import rows_of

if TYPE_CHECKING:
    import pandas as pd

SETTINGS = "TRIAGE_SETTINGS"
"""Environment variable with the path of a settings file, as in conf/deploy."""

DIGEST = "TRIAGE_MODEL_SHA256"
"""Environment variable with the registered SHA-256 of the model's manifest."""

Answer = dict[str, Any]


class ServedModel:
    """A model's answers by an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def predict(self, rows: pd.DataFrame, params: Mapping[str, Any] | None = None) -> list[Answer]:
        """One answer per row, in order: by head the columns of gold/labels."""
        mails = rows_of(rows.to_dict("records"))
        answers: list[Answer] = [{} for _ in mails]
        for found in self.engine(mails):
            answers[int(found["mail_key"])][found["head"]] = {name: found[name] for name in ANSWER}
        return answers


def load_served_model(path: str) -> ServedModel:
    """The model in the folder `path`. Raises ModelError when it does not match its manifest or cannot be read."""
    given = os.environ.get(SETTINGS)
    settings = load_settings([Path(given)] if given else [])
    files = ModelFiles(settings.mlflow.registered_model, Path(path), digest=os.environ.get(DIGEST))
    return ServedModel(engine_of(files, settings))
