"""E-mail: the news of a run as one message."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from triage.monitoring.alerts.alert import SEVERITIES, Alert
from triage.monitoring.alerts.sinks.base import (
    FilePath,
    Sink,
    SinkError,
    TransientSinkError,
    is_this_machine,
    retried,
    secret,
    trusted_context,
)

_ATTEMPT_SECONDS, _QUIT_SECONDS = 8.0, 1.0
_ADDRESS = r"^[^\s<>@,;]+@[^\s<>@,;]+$"


class SmtpSink(Sink):
    """Sends one message to all recipients through a mail server.

    A server that does not offer TLS is sent nothing, unless `security` is `none`; a login then is refused, except on
    this machine, because it would travel in clear.
    """

    kind: Literal["smtp"]

    host: str = Field(min_length=1)
    """The mail server."""

    port: int = Field(587, gt=0, lt=65_536)
    """Its port: usually 587 with STARTTLS, 465 with TLS."""

    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted."""

    sender: str = Field(pattern=_ADDRESS)
    """The sender's address."""

    recipients: tuple[Annotated[str, Field(pattern=_ADDRESS)], ...] = Field(min_length=1)
    """Addresses of those who are told."""

    user_env: str | None = None
    """Environment variable with the user's name; without it there is no login."""

    password_env: str | None = None
    """Environment variable with the password."""

    password_file: FilePath | None = None
    """File with the password."""

    ca_file: FilePath | None = None
    """Certificates that are trusted instead of the usual ones."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        has_password = self.password_env is not None or self.password_file is not None
        if (self.user_env is not None) != has_password:
            raise ValueError("user_env and one of password_env and password_file belong together")
        if self.user_env and self.security == "none" and not is_this_machine(self.host):
            raise ValueError("with a login, security must be starttls or tls")
        return self

    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Sends the message. Raises SinkError where the server did not take it for all recipients."""
        user = secret(self.user_env, None, "user")
        password = secret(self.password_env, self.password_file, "password")
        login = (user, password) if user is not None and password is not None else None
        retried(partial(self._attempt, self._message(alerts, now), login), seconds)

    def _attempt(self, message: EmailMessage, login: tuple[str, str] | None, left: float) -> None:
        try:
            self._deliver(message, login, max(min(_ATTEMPT_SECONDS, left), 0.1))
        except ssl.SSLError:
            raise SinkError("the server's certificate is not trusted, or it does not speak TLS") from None
        except smtplib.SMTPNotSupportedError:
            raise SinkError("the server does not offer what is configured: STARTTLS or a login") from None
        except smtplib.SMTPRecipientsRefused as fault:
            codes = [code for code, _ in fault.recipients.values()]
            raise _refusal("the recipients", min(codes)) from None
        except smtplib.SMTPResponseException as fault:
            raise _refusal("the message", fault.smtp_code) from None
        except (smtplib.SMTPException, OSError) as fault:
            raise TransientSinkError(f"the server did not answer ({type(fault).__name__})") from None

    def _deliver(self, message: EmailMessage, login: tuple[str, str] | None, limit: float) -> None:
        server = self._connected(limit)
        try:
            if login:
                _log_in(server, *login)
            refused = server.send_message(message)
        finally:
            _leave(server)
        if refused:
            raise SinkError(f"the server refused {len(refused)} of {len(self.recipients)} recipients")

    def _connected(self, limit: float) -> smtplib.SMTP:
        trusted = trusted_context(self.ca_file)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=limit, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=limit)
        try:
            if self.security == "starttls":
                server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, alerts: Sequence[Alert], now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = _subject(alerts)
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message["Date"] = format_datetime(now)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by machines
        text = "\n\n".join(_paragraph(alert) for alert in alerts)
        digest = hashlib.sha256(f"{now.isoformat()}{text}".encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{digest}@{self.sender.rpartition('@')[2]}>"  # that of a repeated attempt is the same
        message.set_content(text + "\n")
        return message


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """A refusal is final, and so is a server that hangs up on it: repeated wrong passwords lock accounts."""
    try:
        server.login(user, password)
    except smtplib.SMTPNotSupportedError:
        raise
    except smtplib.SMTPException as fault:
        raise SinkError(f"the server refused the login ({type(fault).__name__})") from None


def _leave(server: smtplib.SMTP) -> None:
    """What the server says to QUIT changes nothing: it has taken the message by then, or has not (RFC 5321, 4.1.1.10).

    It is not waited for long either, since a message that was taken would else count as late.
    """
    with suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(_QUIT_SECONDS)
        server.quit()
    server.close()


def _subject(alerts: Sequence[Alert]) -> str:
    counts = Counter("resolved" if alert.state == "resolved" else alert.severity for alert in alerts)
    words = [f"{counts[word]} {word}" for word in (*reversed(SEVERITIES), "resolved") if counts[word]]
    return f"Mail triage: {', '.join(words)}: {', '.join(dict.fromkeys(alert.rule for alert in alerts))}"[:180]


def _paragraph(alert: Alert) -> str:
    return f"{alert.line}\nsince {alert.since:%Y-%m-%d %H:%M} UTC; ignoring it costs about {alert.cost:,.0f} a day"


def _refusal(what: str, code: int) -> SinkError:
    """RFC 5321: codes from 400 are transient, from 500 permanent."""
    fault = TransientSinkError if 400 <= code < 500 else SinkError
    return fault(f"the server refused {what} (code {code})")
