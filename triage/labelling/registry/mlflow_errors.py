"""Calls to MLflow without its output, with its exceptions translated into the project's own."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from filelock import Timeout

from triage.errors import AccessDeniedError, ConfigError, TransientError

_LOGGERS = ("mlflow", "alembic", "sqlalchemy", "py4j")
_TRANSIENT_CODES = (
    "INTERNAL_ERROR",
    "TEMPORARILY_UNAVAILABLE",
    "REQUEST_LIMIT_EXCEEDED",
    "DEADLINE_EXCEEDED",
)
_UNKNOWN_USER = ("UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED")
_FORBIDDEN = "PERMISSION_DENIED"
_CODES = {401: _UNKNOWN_USER[0], 403: _FORBIDDEN, 404: "RESOURCE_DOES_NOT_EXIST"}
_FINAL = frozenset({400, 401, 403, 404, 405, 410, 413})
"""Statuses of HTTP for which another try gives the same answer."""

USER, PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
"""Environment variables that MLflow reads."""


@contextmanager
def translated_errors() -> Iterator[None]:
    """Silences MLflow and translates its exceptions, whose messages may contain addresses.

    Raises ConfigError where MLflow rejects a request, AccessDeniedError where it knows no such user or does not permit
    this one, TransientError where it does not answer.
    """
    import requests

    try:
        with _silent():
            yield
    except requests.HTTPError as fault:
        status = fault.response.status_code if fault.response is not None else 0
        raise _by_code(_CODES.get(status, f"HTTP {status}"), is_final=status in _FINAL) from None
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
    return _by_code(str(fault.error_code), is_final=fault.error_code not in _TRANSIENT_CODES)


def _by_code(code: str, *, is_final: bool) -> ConfigError | TransientError:
    if not is_final:
        return _unreachable()
    if code in _UNKNOWN_USER:
        return _unknown_user()
    if code == _FORBIDDEN:
        return AccessDeniedError(
            "MLflow does not permit its user this.",
            where="mlflow.tracking_uri",
            remedy=f"Have the permissions of the user in {USER} extended at the server, or name another one.",
        )
    return ConfigError(
        f"MLflow rejected the request ({code}).",
        where="mlflow.tracking_uri",
        remedy="Check mlflow.tracking_uri, mlflow.registered_model and the permissions at the server.",
    )


def _unknown_user() -> AccessDeniedError:
    given = os.environ.get(USER) and os.environ.get(PASSWORD)
    what = "MLflow does not accept the user and password" if given else "MLflow asks for a user and password"
    return AccessDeniedError(
        f"{what}.",
        where="mlflow.tracking_uri",
        remedy=f"Set {USER} and {PASSWORD} in the environment of the job.",
    )


def _unreachable() -> TransientError:
    return TransientError(
        "The MLflow server or store does not answer.",
        where="mlflow.tracking_uri",
        remedy="Check that it runs and is reachable, then start again.",
    )
