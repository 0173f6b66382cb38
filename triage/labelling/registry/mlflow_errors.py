"""Calls to MLflow without its output, with its exceptions translated into the project's own."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from filelock import Timeout

from triage.errors import ConfigError, TransientError

_LOGGERS = ("mlflow", "alembic", "sqlalchemy", "py4j")
_TRANSIENT_CODES = (
    "INTERNAL_ERROR",
    "TEMPORARILY_UNAVAILABLE",
    "REQUEST_LIMIT_EXCEEDED",
    "DEADLINE_EXCEEDED",
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Silences MLflow and translates its exceptions, whose messages may contain addresses.

    Raises ConfigError where MLflow rejects a request, TransientError where it does not answer.
    """
    import requests

    try:
        with _silent():
            yield
    except (requests.RequestException, Timeout):
        raise _unreachable() from None
    except Exception as fault:
        translated = _translated(fault)
        if translated is None:
            raise
        raise translated from None


@contextmanager
def _silent() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _translated(fault: Exception) -> ConfigError | TransientError | None:
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(fault, SQLAlchemyError):
        return _unreachable()
    if not isinstance(fault, MlflowException):
        return None
    if fault.error_code in _TRANSIENT_CODES:
        return _unreachable()
    return ConfigError(
        f"MLflow rejected the request ({fault.error_code}).",
        where="mlflow.tracking_uri",
        remedy="Check mlflow.tracking_uri, mlflow.registered_model and the permissions at the server.",
    )


def _unreachable() -> TransientError:
    return TransientError(
        "The MLflow server or store does not answer.",
        where="mlflow.tracking_uri",
        remedy="Check that it runs and is reachable, then start again.",
    )
