"""MLflow without its chatter, and its faults by their names here."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from filelock import Timeout

from triage.errors import ConfigError, TransientError

_CHATTY = ("mlflow", "alembic", "sqlalchemy", "py4j")
_PASSING = ("INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED", "DEADLINE_EXCEEDED")


@contextmanager
def guarded() -> Iterator[None]:
    """Keeps MLflow's chatter off both streams, and names its faults; texts of theirs may hold addresses.

    Raises ConfigError where MLflow refuses a request, TransientError where it does not answer.
    """
    import requests

    try:
        with _silent():
            yield
    except (requests.RequestException, Timeout):
        raise _unreachable() from None
    except Exception as fault:
        named = _named(fault)
        if named is None:
            raise
        raise named from None


@contextmanager
def _silent() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _CHATTY]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
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
