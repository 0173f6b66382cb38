"""Starts MLflow's server for a registered label model, with the environment variables that it needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from triage.config import PROJECT, Settings
from triage.errors import ModelError
from triage.labelling.registry.model_registry import Alias, ModelRegistry
from triage.labelling.serving.pyfunc import DIGEST, SETTINGS


def serve(settings: Settings, alias: Alias, host: str, port: int) -> int:
    """Runs the server until it ends, or this process gets SIGTERM or SIGINT.

    The server starts processes that outlive MLflow's own, so all are one process group and end together.
    Raises ModelError where no version has the alias.
    """
    command, variables = server_command(settings, alias, host, port)
    process = subprocess.Popen(command, env=os.environ | variables, start_new_session=True)

    def end(_number: int, _frame: FrameType | None) -> None:
        os.killpg(process.pid, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    code = process.wait()
    return 0 if code == -signal.SIGTERM else code


def server_command(settings: Settings, alias: Alias, host: str, port: int) -> tuple[list[str], dict[str, str]]:
    """The command line, and the variables to set for it. One worker, since each would start a Spark of its own.

    MLflow is given the folder that was checked, not the version's name: it would run what MLmodel names before anything
    here could look at it. Raises ModelError where no version has the alias, or its files are not those registered.
    """
    name = settings.mlflow.registered_model
    registry = ModelRegistry(settings)
    version = registry.version_of(name, alias)
    if version is None:
        raise ModelError(
            f"No version has the alias {alias}.",
            where=name,
            remedy="Run jobs/nightly.py or jobs/train.py first.",
        )
    folder = registry.folder(name, version)
    variables = {
        DIGEST: registry.digest(name, version),
        SETTINGS: settings.model_dump_json(),
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]),
    }
    words = ["models", "serve", "--model-uri", folder.as_uri(), "--env-manager", "local"]
    return [
        *(sys.executable, "-m", "mlflow", *words),
        *("--host", host, "--port", str(port), "--workers", "1"),
    ], variables
