"""Answers over REST with a registered label model, until it is told to end.

MLflow's own application runs in this process: `mlflow models serve` would start two more that import MLflow again.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.model_registry import Alias
from triage.labelling.serving.copies import copy_single_heads, copy_version, served_folder
from triage.labelling.serving.engines import engine_of
from triage.labelling.serving.pyfunc import ServedModel
from triage.telemetry.log_format import is_json


def serve(settings: Settings, alias: Alias, host: str, port: int) -> int:
    """Answers until this process gets SIGTERM or SIGINT; what is being answered then is finished first.

    Raises ConfigError where it cannot listen there, ModelError where no version has the alias or it is not valid.
    """
    with _until_a_signal(), bound(host, port) as listener, served_folder(settings) as folder:
        bundle = copy_version(settings, alias, folder)
        single = copy_single_heads(settings, folder) if alias == "champion" else {}
        _answer(folder, ServedModel(engine_of(bundle, settings, single)), listener)
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
    except (_EndedError, KeyboardInterrupt):  # Spark puts a handler of its own for SIGINT
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens at this address, before a model is loaded: who connects waits until it answers.

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
            listener.listen()  # until then another process may have the same address
        except OSError as fault:
            raise _cannot_listen(host, port, fault.strerror or str(fault)) from None
        yield listener


def _cannot_listen(host: str, port: int, why: str) -> ConfigError:
    return ConfigError(
        f"The server cannot listen there: {why}.",
        where=f"{host}:{port}",
        remedy="Choose another --port or --host, or end what listens there.",
    )
