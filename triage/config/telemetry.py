"""Settings of spans."""

from __future__ import annotations

from pydantic import Field, field_validator

from triage.config.base import Section
from triage.errors import ConfigError


class TelemetrySettings(Section):
    """Where spans go, by OpenTelemetry's OTLP over HTTP."""

    otlp_endpoint: str | None = None
    """Base URL of a collector, such as http://127.0.0.1:4318; spans go to /v1/traces below it. Without it, that of the
    standard variable OTEL_EXPORTER_OTLP_ENDPOINT; without both, there are no spans."""

    seconds: float = Field(1.0, gt=0, le=60)
    """Seconds that a job waits at its end for its last spans to be delivered; later ones are lost."""

    @field_validator("otlp_endpoint")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        """Raises ConfigError for a URL of another protocol."""
        if url is not None and not url.startswith(("http://", "https://")):
            raise ConfigError(
                "The endpoint of spans is no URL of HTTP.",
                where="telemetry.otlp_endpoint",
                remedy="Give one such as http://127.0.0.1:4318; OTLP over gRPC is not spoken here.",
            )
        return url
