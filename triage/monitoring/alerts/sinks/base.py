"""What sinks share: the protocol, secrets from the environment or a file, retries within a time limit."""

from __future__ import annotations

import ipaddress
import os
import ssl
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from triage.monitoring.alerts.alert import Alert, Severity, rank
from triage.monitoring.alerts.rules.rule_file import Part
from triage.paths import PROJECT, absolute_path

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)

FilePath = Annotated[str, AfterValidator(lambda path: absolute_path(path, PROJECT))]
"""A path; a relative one means the project's folder."""


class SinkError(Exception):
    """A sink did not take the alerts. The text is ours, since that of a server or library may quote a secret."""


class TransientSinkError(SinkError):
    """A fault that may pass within seconds: a server that is busy, or not there yet."""


class Sink(Part):
    """Where alerts are sent.

    A sink that `keeps_state` is given all alerts of every run, any other what is news to it, and is not called
    without news.
    """

    is_printed: ClassVar[bool] = False
    """Whether the run summary does its work: it prints after the progress has ended."""

    keeps_state: ClassVar[bool] = False

    kind: str
    """stdout, file, webhook, smtp or prometheus."""

    name: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]*$")
    """A name, needed where two sinks are of one kind."""

    min_severity: Severity = "info"
    """The least severity that is sent."""

    @property
    def label(self) -> str:
        """The name, or the kind of a sink without one."""
        return self.name or self.kind

    def wanted(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Which of a run's alerts this sink is given."""
        severe = [alert for alert in alerts if rank(alert.severity) >= rank(self.min_severity)]
        return severe if self.keeps_state else [alert for alert in severe if alert.is_news]

    @abstractmethod
    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Sends what is wanted, within some seconds. Raises SinkError."""


def secret(variable: str | None, file: str | None, what: str) -> str | None:
    """A secret from the environment variable or the file that is configured; None where neither is.

    Raises SinkError, which names the variable or says `file`, and never quotes.
    """
    if variable is not None:
        value = os.environ.get(variable, "")
        if not value:
            raise SinkError(f"the environment variable {variable} with the {what} is not set")
        return value
    if file is None:
        return None
    try:
        value = Path(file).read_text("utf-8").strip()
    except (OSError, ValueError) as fault:
        raise SinkError(f"the file with the {what} cannot be read ({type(fault).__name__})") from None
    if not value:
        raise SinkError(f"the file with the {what} is empty")
    return value


def trusted_context(ca_file: str | None) -> ssl.SSLContext:
    """What a server's certificate is checked against: `ca_file`, or what the system trusts. Raises SinkError."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as fault:  # an SSLError, for a file without certificates, is one
        raise SinkError(f"ca_file cannot be read ({type(fault).__name__})") from None


def is_this_machine(host: str) -> bool:
    """Whether the host is the loopback, over which what is sent in clear leaves no machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def retried(attempt: Callable[[float], None], seconds: float) -> None:
    """Calls `attempt` with the seconds that are left until it succeeds.

    Waits longer after each transient fault, and raises the last one where the next attempt would begin too late.
    """
    end = time.monotonic() + seconds
    for pause in (*_PAUSES, None):
        left = end - time.monotonic()
        try:
            attempt(left)
        except TransientSinkError:
            if pause is None or time.monotonic() + pause >= end:
                raise
            time.sleep(pause)
        else:
            return
