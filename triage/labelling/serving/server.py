"""Starts MLflow's server for a registered label model, with the environment variables that it needs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from triage.config import PROJECT, Settings
from triage.errors import ModelError
from triage.labelling.registry.artifacts import ARTIFACT, staging
from triage.labelling.registry.manifest import check_manifest, check_registered
from triage.labelling.registry.model_registry import Alias, ModelRegistry
from triage.labelling.serving.pyfunc import DIGEST, SETTINGS
from triage.paths import is_local
from triage.spark.hardening import is_local_master, master_of


def serve(settings: Settings, alias: Alias, host: str, port: int) -> int:
    """Runs the server until it ends, or this process gets SIGTERM or SIGINT.

    The server starts processes that outlive MLflow's own, so all are one process group and end together.
    Raises ModelError where no version has the alias.
    """
    with served_folder(settings) as folder:
        command, variables = server_command(settings, alias, host, port, folder)
        return _run(command, variables)


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    process = subprocess.Popen(command, env=os.environ | variables, start_new_session=True)

    def end(_number: int, _frame: FrameType | None) -> None:
        os.killpg(process.pid, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    code = process.wait()
    return 0 if code == -signal.SIGTERM else code


@contextmanager
def served_folder(settings: Settings) -> Iterator[Path]:
    """Where the copy that is served goes: in a folder that others may not write to, beside a lake whose executors read.

    It is removed where the block ends.
    """
    if is_local(settings.lake.root) and not is_local_master(master_of(settings)):
        with staging(settings) as folder:
            yield folder
        return
    with TemporaryDirectory(prefix="triage-serve-") as made:
        yield Path(made) / ARTIFACT


def server_command(
    settings: Settings, alias: Alias, host: str, port: int, folder: Path
) -> tuple[list[str], dict[str, str]]:
    """The command line, and the variables to set for it. One worker, since each would start a Spark of its own.

    MLflow is given a copy in `folder`, which is checked, not the version's name: it would run what MLmodel names before
    anything here could look at it, and later again, when the registry's own files may be others.
    Raises ModelError where no version has the alias, or its files are not those registered.
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

    def checked_copy(source: Path, digest: str) -> str:
        check_manifest(source, digest)  # first, because it bounds what is copied
        shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
        check_registered(folder, digest)
        return digest

    variables = {
        DIGEST: registry.read(name, version, checked_copy),
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
