"""MLflow's scoring server over a served model, whose errors name no value of a row."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from triage.errors import ConfigError, TriageError
from triage.labelling.registry.signature import TEXTS
from triage.labelling.serving.pyfunc import Answer, ServedModel
from triage.monitoring.tracking import prepare_environment

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response
    from mlflow.pyfunc import PyFuncModel

_log = logging.getLogger(__name__)
_PATH = "/invocations"
_ANSWERED_BY_MLFLOW = (415, 504)
"""Statuses whose text has no more of the request than its content type."""

_UNREADABLE = (
    "The request cannot be read. Send a JSON object with dataframe_records, a list of mails, each with subject and "
    "body as text; the model's signature names the other columns and their types."
)
_FAILED = "The mails could not be labelled. The server's log has the place."

_faults: ContextVar[list[Exception]] = ContextVar("faults of a request")


def app_of(folder: Path, served: ServedModel) -> FastAPI:
    """The application: `/invocations`, `/ping`, `/health` and `/version`, as MLflow serves a model.

    `folder` has the model's MLmodel. MLflow's own errors quote the rows and add a stack trace; here they are sentences.
    """
    prepare_environment()
    from mlflow.models import Model
    from mlflow.pyfunc import PyFuncModel, scoring_server

    model = PyFuncModel(Model.load(str(folder)), served)
    app: FastAPI = scoring_server.init(cast("PyFuncModel", _Checked(model)))
    app.middleware("http")(_without_values)
    return app


class _Checked:
    """A model that says what a request lacks, and remembers a fault for the answer."""

    def __init__(self, model: PyFuncModel) -> None:
        self._model = model
        self.metadata = model.metadata

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> list[Answer]:
        from mlflow.exceptions import MlflowException

        try:
            _require_texts(data)
            answers = self._model.predict(data, params=params)
        except MlflowException:  # the rows do not fit the signature
            raise
        except Exception as fault:
            _faults.get().append(fault)
            raise
        return cast("list[Answer]", answers)


def _require_texts(data: Any) -> None:
    columns = getattr(data, "columns", data)
    missing = [name for name in TEXTS if name not in columns]
    if missing:
        raise ConfigError(f"The mails lack {' and '.join(missing)}.", remedy="Each needs both, an empty text at least.")


async def _without_values(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    from fastapi.responses import PlainTextResponse

    if request.url.path != _PATH or request.method != "POST":
        return await call(request)
    if not request.headers.get("content-type"):  # MLflow does not foresee it
        return PlainTextResponse("The request has no content type. Send application/json.", 415)
    faults: list[Exception] = []
    _faults.set(faults)
    try:
        response = await call(request)
    except Exception as fault:  # noqa: BLE001 - uvicorn would log its text
        faults.append(fault)
    else:
        if response.status_code < 400 or response.status_code in _ANSWERED_BY_MLFLOW:
            return response
        if not faults:  # MLflow's own answer, whose text quotes the request
            is_fault = response.status_code >= 500
            return _answer(*((500, "INTERNAL_ERROR", _FAILED) if is_fault else (400, "BAD_REQUEST", _UNREADABLE)))
    return _answer(*_told(faults[0]))


def _answer(status: int, code: str, message: str) -> Response:
    from fastapi.responses import JSONResponse

    return JSONResponse({"error_code": code, "message": message}, status)


def _told(fault: Exception) -> tuple[int, str, str]:
    """Status, MLflow's error code, and a sentence."""
    if isinstance(fault, ConfigError):
        return 400, "BAD_REQUEST", str(fault)
    if isinstance(fault, TriageError):
        return 500, "INTERNAL_ERROR", str(fault)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)]
    _log.error("A request failed with %s, at %s", type(fault).__name__, json.dumps(places[-8:]))
    return 500, "INTERNAL_ERROR", _FAILED
