"""Spans of OpenTelemetry: one a job and one a stage of it, sent where an endpoint is configured.

They only inform: an endpoint that hangs or is gone costs a job `telemetry.seconds` at its end and nothing before, since
spans are sent by a thread of their own and dropped where it cannot keep up. Attributes hold ids, names of stages,
counts, the exit code and types of errors.
"""

from __future__ import annotations

import logging
import os
from threading import Thread
from time import time_ns
from typing import TYPE_CHECKING

from triage.config.telemetry import TelemetrySettings
from triage.telemetry.current import Stage, current_job

if TYPE_CHECKING:
    from triage.telemetry.otlp import Sender

_log = logging.getLogger(__name__)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_OFF = "OTEL_SDK_DISABLED"

_sender: Sender | None = None


def begin_spans(settings: TelemetrySettings) -> None:
    """Begins the span of the current job where an endpoint is configured; the library is imported only then."""
    global _sender  # noqa: PLW0603 - a process is one job, and whoever ends a stage has no other way to it
    job = current_job()
    if not job.attempt or _sender is not None or not _is_wanted(settings):
        return
    try:
        from triage.telemetry.otlp import Sender

        _sender = Sender(settings, job)
        job.trace_id = _sender.trace_id
    except Exception as fault:  # noqa: BLE001 - no job fails because nobody may watch it
        _log.warning("Spans cannot be sent (%s). Check telemetry.otlp_endpoint and OTEL_*.", type(fault).__name__)


def record_stage(stage: Stage) -> None:
    """The span of a stage that ends now."""
    if _sender is not None:
        _sender.add_stage(stage, time_ns())


def end_spans(exit_code: int, error: str = "") -> None:
    """Ends the job's span, and waits up to `telemetry.seconds` until all are delivered."""
    global _sender
    sender, _sender = _sender, None
    if sender is None:
        return
    sender.end_job(current_job(), exit_code, error)
    # a daemon: where the endpoint hangs it ends with the process
    closing = Thread(target=sender.close, daemon=True)
    closing.start()
    closing.join(sender.seconds)
    if closing.is_alive() or sender.failed:
        _log.warning("Spans were lost: the endpoint of telemetry.otlp_endpoint did not take them.")


def _is_wanted(settings: TelemetrySettings) -> bool:
    if os.environ.get(_OFF, "").strip().lower() == "true":
        return False
    return bool(settings.otlp_endpoint or any(os.environ.get(name) for name in _ENDPOINTS))
