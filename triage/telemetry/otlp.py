"""The official SDK and exporter of OpenTelemetry, with bounds of time and without their log."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from triage.config.telemetry import TelemetrySettings
from triage.telemetry.current import Job, Stage

_PATH = "/v1/traces"
_PARENT = "TRACEPARENT"
"""Variable by which a scheduler makes the job part of its own trace (OpenTelemetry: environment as carrier of W3C Trace
Context)."""
_EVERY_MILLIS = 2_000


class Sender:
    """Sends the spans of one job; `failed` says that some were not taken."""

    def __init__(self, settings: TelemetrySettings, job: Job) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # its texts have the endpoint with what is in it
        self.seconds = settings.seconds
        self._exporter = _Observed(_exporter(settings))
        # no hook at exit: it would wait for a thread that hangs
        self._provider = TracerProvider(resource=Resource.create({"service.name": "triage"}), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter, schedule_delay_millis=_EVERY_MILLIS))
        self._tracer = self._provider.get_tracer("triage")
        parent = TraceContextTextMapPropagator().extract({"traceparent": os.environ.get(_PARENT, "")})
        self._job = self._tracer.start_span(job.name, context=parent, start_time=job.started_ns)

    @property
    def trace_id(self) -> str:
        """32 hex digits."""
        return format(self._job.get_span_context().trace_id, "032x")

    @property
    def failed(self) -> bool:
        """Whether the endpoint did not take some spans."""
        return self._exporter.failed

    def add_stage(self, stage: Stage, ended_ns: int) -> None:
        """A span below the job's."""
        parent = set_span_in_context(self._job)
        span = self._tracer.start_span(stage.name, context=parent, start_time=stage.started_ns)
        span.set_attributes({"triage.stage_id": stage.stage_id, "triage.note": stage.note})
        span.set_attributes(_counts(stage.counts))
        _end(span, stage.error, ended_ns)

    def end_job(self, job: Job, exit_code: int, error: str) -> None:
        """Ends the job's span."""
        known = {"triage.attempt": job.attempt, "triage.run_id": job.run_id}
        self._job.set_attributes({key: value for key, value in known.items() if value})
        self._job.set_attributes(_counts(job.counts) | {"triage.exit_code": exit_code})
        _end(self._job, error or (f"exit code {exit_code}" if exit_code else ""))

    def close(self) -> None:
        """Delivers what waits; takes as long as the endpoint."""
        with suppress(Exception):
            self._provider.shutdown()


class _Observed(SpanExporter):
    """An exporter that remembers a failure."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.failed = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Passes the spans on."""
        try:
            result = self._exporter.export(spans)
        except Exception:
            self.failed = True
            raise
        self.failed = self.failed or result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        """Passes it on."""
        self._exporter.shutdown()


def _exporter(settings: TelemetrySettings) -> OTLPSpanExporter:
    """By the setting, else by the standard variables, which may also name headers and certificates."""
    given = settings.otlp_endpoint
    endpoint = f"{given.rstrip('/').removesuffix(_PATH)}{_PATH}" if given else None
    return OTLPSpanExporter(endpoint=endpoint, timeout=settings.seconds)


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {f"triage.count.{name}": count for name, count in counts.items()}


def _end(span: Span, error: str, ended_ns: int | None = None) -> None:
    if error:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))
    span.end(ended_ns)
