"""Spans, as a collector on the loopback receives them."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.proto.trace.v1.trace_pb2 import Status as SpanStatus

from triage.cli import job_parser, progress_console, run_job, settings_from
from triage.errors import ConfigError, PrivacyError
from triage.progress import Progress
from triage.telemetry.current import current_job

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(ThreadingHTTPServer):
    """A collector that keeps the spans by name, and the paths that it was asked for."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.paths: list[str] = []
        self.spans: dict[str, Span] = {}
        self.services: set[str] = set()
        self.everything = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        self.server.everything += body
        self.server.paths.append(self.path)
        for resource in request.resource_spans:
            self.server.services |= {
                one.value.string_value for one in resource.resource.attributes if one.key == "service.name"
            }
            self.server.spans |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def collecting(status: int = 200) -> Iterator[Collector]:
    with Collector(status) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as server:
        yield server


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "TRACEPARENT",
        "OTEL_SDK_DISABLED",
    ):
        monkeypatch.delenv(name, raising=False)


def job(*overrides: str, fault: Exception | None = None) -> Callable[[], int]:
    def main() -> int:
        settings_from(job_parser("a job").parse_args([word for one in overrides for word in ("--set", one)]))
        with Progress(progress_console).stage("ingest", "batch 1 of 1") as stage:
            stage.counts |= {"new": 7, "duplicate": 0}
            if fault is not None:
                raise fault
        current_job().run_id = "batches-000001-000001"
        current_job().counts["messages_read"] = 7
        return 0

    return main


def attributes(span: Span) -> dict[str, Any]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


def named(collector: Collector) -> tuple[Span, Span]:
    """The span of the job, which has no name of its own in a test, and that of its stage."""
    (root,) = (span for name, span in collector.spans.items() if name != "ingest")
    return root, collector.spans["ingest"]


def test_a_job_and_its_stage_are_spans(collector: Collector) -> None:
    assert run_job(job(f"telemetry.otlp_endpoint={collector.url}")) == 0
    root, stage = named(collector)
    assert set(collector.paths) == {"/v1/traces"}
    assert collector.services == {"triage"}
    assert stage.parent_span_id == root.span_id
    assert stage.trace_id == root.trace_id
    assert root.parent_span_id == b""
    assert (
        root.start_time_unix_nano <= stage.start_time_unix_nano <= stage.end_time_unix_nano <= root.end_time_unix_nano
    )
    found = attributes(stage)
    assert len(found.pop("triage.stage_id")) == 16
    assert found == {"triage.note": "batch 1 of 1", "triage.count.new": 7, "triage.count.duplicate": 0}
    of_job = attributes(root)
    assert len(of_job.pop("triage.attempt")) == 32
    assert of_job == {"triage.run_id": "batches-000001-000001", "triage.count.messages_read": 7, "triage.exit_code": 0}
    assert root.status.code == SpanStatus.STATUS_CODE_UNSET


@pytest.mark.parametrize(
    ("fault", "code", "error"),
    [
        (PrivacyError("Jane Roe"), 1, "PrivacyError"),
        (ValueError("Jane Roe"), 1, "ValueError"),
        (ConfigError("Jane Roe"), 2, "ConfigError"),
    ],
    ids=["of the job", "unforeseen", "configuration"],
)
def test_a_failure_is_named_by_its_type(collector: Collector, fault: Exception, code: int, error: str) -> None:
    assert run_job(job(f"telemetry.otlp_endpoint={collector.url}", fault=fault)) == code
    for span in named(collector):
        assert span.status.code == SpanStatus.STATUS_CODE_ERROR
        assert attributes(span)["error.type"] == error
        assert not span.events
    assert attributes(named(collector)[0])["triage.exit_code"] == code
    assert b"Jane" not in collector.everything


def test_the_standard_variable_and_a_parent(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("TRACEPARENT", PARENT)
    run_job(job())
    root, _ = named(collector)
    assert root.trace_id.hex() == PARENT.split("-")[1]
    assert root.parent_span_id.hex() == PARENT.split("-")[2]


def test_the_setting_wins_over_the_variable(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as other:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", other.url)
        run_job(job(f"telemetry.otlp_endpoint={collector.url}/"))
        assert collector.spans
        assert not other.spans


def test_the_standard_switch_turns_spans_off(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert run_job(job(f"telemetry.otlp_endpoint={collector.url}")) == 0
    assert not collector.spans


@contextmanager
def gone() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def hanging() -> Iterator[str]:
    """Takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def unable() -> Iterator[str]:
    with collecting(503) as server:
        yield server.url


@pytest.mark.parametrize("endpoint", [gone, hanging, unable])
def test_a_bad_endpoint_costs_a_second_and_no_run(
    endpoint: Callable[[], Any], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with endpoint() as url:
        run_job(job())  # what is imported once does not count
        before = monotonic()
        assert run_job(job(f"telemetry.otlp_endpoint={url}")) == 0
        assert monotonic() - before < 2.5
    assert "Spans were lost" in caplog.text
    assert url not in caplog.text + capsys.readouterr().err


def test_an_endpoint_of_another_protocol_is_a_wrong_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_job(job("telemetry.otlp_endpoint=grpc://127.0.0.1:4317")) == 2
    assert "telemetry.otlp_endpoint" in capsys.readouterr().err
