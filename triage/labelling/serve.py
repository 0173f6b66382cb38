"""Starts MLflow's own server on a registered label model, with the environment that it needs."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from triage.config import PROJECT, Settings
from triage.errors import ModelError
from triage.labelling.registry import Alias, ModelRegistry
from triage.labelling.serving import SETTINGS


def serve(settings: Settings, alias: Alias, host: str, port: int) -> NoReturn:
    """Becomes the server. Raises ModelError where no version bears the alias, or it is refused."""
    command, variables = server_command(settings, alias, host, port)
    os.environ.update(variables)
    sys.stdout.flush()
    os.execv(command[0], command)


def server_command(
    settings: Settings, alias: Alias, host: str, port: int
) -> tuple[list[str], dict[str, str]]:
    """The command line, and the variables to set for it. One worker, since each would start a Spark of its own."""
    name = settings.mlflow.registered_model
    if ModelRegistry(settings).version_of(name, alias) is None:
        raise ModelError(
            f"No version bears the alias {alias}.",
            where=name,
            remedy="Run jobs/nightly.py or jobs/train.py first.",
        )
    variables = {
        SETTINGS: settings.model_dump_json(),
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]),
    }
    words = ["models", "serve", "--model-uri", f"models:/{name}@{alias}", "--env-manager", "local"]
    return [
        *(sys.executable, "-m", "mlflow", *words),
        *("--host", host, "--port", str(port), "--workers", "1"),
    ], variables
