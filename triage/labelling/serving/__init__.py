"""Labels for mails: in the batch over Spark's tables, and over REST by MLflow's server.

MLmodel files of registered models name this package as their loader, so `_load_pyfunc` stays here under this name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.labelling.serving.pyfunc import ServedModel


def _load_pyfunc(path: str) -> ServedModel:
    """The model in the folder `path`, as `mlflow.pyfunc.load_model` calls it.

    Raises what `load_served_model` raises.
    """
    # imported here, because who imports `inference` needs no server
    from triage.labelling.serving.pyfunc import load_served_model

    return load_served_model(path)
