"""Answers over REST with a registered label model, until it is told to end.

MLflow's own application runs in this process: `mlflow models serve` would start two more that import MLflow again.
"""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.registry.artifacts import ARTIFACT, staging
from triage.labelling.registry.manifest import check_manifest, check_registered
from triage.labelling.registry.model_registry import Alias, ModelRegistry
from triage.labelling.serving.engines import engine_of
from triage.labelling.serving.pyfunc import ServedModel
from triage.paths import is_local
from triage.spark.hardening import is_local_master, master_of
from triage.telemetry.log_format import is_json


class Copied(NamedTuple):
    """A version whose files were copied, and the SHA-256 of its manifest."""

    version: str
    digest: str


def serve(settings: Settings, alias: Alias, host: str, port: int) -> int:
    """Answers until this process gets SIGTERM or SIGINT; what is being answered then is finished first.

    Raises ConfigError where it cannot listen there, ModelError where no version has the alias or it is not valid.
    """
    with _until_a_signal(), bound(host, port) as listener, served_folder(settings) as folder:
        copied = copy_version(settings, alias, folder)
        served = ServedModel(engine_of(folder, settings, copied.digest))
        _answer(folder, served, listener)
    return 0


def _answer(folder: Path, served: ServedModel, listener: socket.socket) -> None:
    import uvicorn

    from triage.labelling.serving.app import app_of

    own: dict[str, Any] = {"log_config": None} if is_json() else {}  # records then go where all others of the job go
    uvicorn.Server(uvicorn.Config(app_of(folder, served), **own)).run([listener])


class _EndedError(BaseException):
    """A signal asks to end; like KeyboardInterrupt no `except Exception` takes it."""


@contextmanager
def _until_a_signal() -> Iterator[None]:
    """Ends the block at the first SIGTERM or SIGINT, which uvicorn raises again once it has finished; ignores more."""
    numbers = (signal.SIGTERM, signal.SIGINT)

    def end(*_: Any) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise _EndedError

    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    except _EndedError:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket with this address, taken before a model is loaded; who connects is refused until it listens.

    Raises ConfigError where the address is taken, or none of this machine.
    """
    if not 0 <= port < 2**16:  # the resolver would take the remainder
        raise _cannot_listen(host, port, "a port is a number from 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as fault:
        raise _cannot_listen(host, port, fault.strerror or str(fault)) from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as fault:
            raise _cannot_listen(host, port, fault.strerror or str(fault)) from None
        yield listener


def _cannot_listen(host: str, port: int, why: str) -> ConfigError:
    return ConfigError(
        f"The server cannot listen there: {why}.",
        where=f"{host}:{port}",
        remedy="Choose another --port or --host, or end what listens there.",
    )


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


def copy_version(settings: Settings, alias: Alias, folder: Path) -> Copied:
    """Copies the version with this alias to `folder`, and checks the copy.

    It is served from there, because the registry's own files may be others later. Raises ModelError where no version
    has the alias, or its files are not those registered.
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

    return Copied(version, registry.read(name, version, checked_copy))
