"""A webhook: alerts as JSON by HTTP POST, signed, with retries."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from triage.monitoring.alerts.alert import Alert
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

if TYPE_CHECKING:
    import requests
from triage.monitoring.alerts.sinks.json_file import as_json

_NO_PROXIES = {"http": "", "https": ""}
_BUSY = (408, 425, 429)
_ATTEMPT_SECONDS = 5.0


class WebhookSink(Sink):
    """Posts the news of a run as one request.

    The body is `{"version": 1, "sent_at": …, "text": …, "alerts": […]}`; `text` has a line an alert, which chat
    services show. With a secret, `X-Triage-Signature` is `sha256=` and the hexadecimal HMAC (RFC 2104) of
    `X-Triage-Timestamp`, a dot and the body, so that a receiver can refuse what is forged or old. A repeated
    attempt has the same `Idempotency-Key`. Redirects are not followed.

    A plain `http://` address is refused, except on this machine or with `insecure`. Proxies of the environment
    (HTTPS_PROXY, NO_PROXY) count, except on this machine; logins of ~/.netrc do not.
    """

    kind: Literal["webhook"]

    url: str | None = Field(None, pattern=r"^https?://")
    """The address; in `url_env` or `url_file` where it holds a token."""

    url_env: str | None = None
    """Environment variable with the address."""

    url_file: FilePath | None = None
    """File with the address."""

    secret_env: str | None = None
    """Environment variable with the key of the signature."""

    secret_file: FilePath | None = None
    """File with the key of the signature."""

    ca_file: FilePath | None = None
    """Certificates that are trusted instead of the usual ones."""

    insecure: bool = False
    """Whether alerts, and a token in the address, may travel in clear to another machine, over `http://`."""

    @model_validator(mode="after")
    def _has_one_safe_address(self) -> Self:
        if sum(given is not None for given in (self.url, self.url_env, self.url_file)) != 1:
            raise ValueError("one of url, url_env and url_file is needed")
        if self.url and not self._may_send_to(self.url):
            raise ValueError("url must begin with https://, except on this machine or with insecure: true")
        return self

    def _may_send_to(self, url: str) -> bool:
        return self.insecure or url.lower().startswith("https://") or is_this_machine(_host(url))

    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Posts the alerts. Raises SinkError where no attempt was answered with a status of success."""
        url = self.url or secret(self.url_env, self.url_file, "address") or ""
        if not url.startswith(("http://", "https://")):
            raise SinkError("the address does not begin with http:// or https://")
        if not self._may_send_to(url):
            raise SinkError("the address must begin with https://, except on this machine or with insecure: true")
        body = _body(alerts, now)
        trusted_context(self.ca_file)  # a file that cannot be read is not the server's fault
        headers = _headers(body, now, secret(self.secret_env, self.secret_file, "key of the signature"))
        retried(partial(self._post, url, body, headers), seconds)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str], left: float) -> None:
        import requests

        limit = max(min(_ATTEMPT_SECONDS, left), 0.1)
        try:
            with requests.post(
                url,
                body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
                stream=True,
                verify=self.ca_file or True,
                auth=partial(_log_in, url),
                proxies=_NO_PROXIES if is_this_machine(_host(url)) else None,
            ) as answer:
                status = answer.status_code
        except requests.exceptions.SSLError:
            raise SinkError("the server's certificate is not trusted") from None
        except (requests.ConnectionError, requests.Timeout) as fault:
            raise TransientSinkError(f"the server did not answer ({type(fault).__name__})") from None
        except (requests.RequestException, OSError, ValueError) as fault:
            raise SinkError(f"the request could not be made ({type(fault).__name__})") from None
        _validate_status(status)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _log_in(url: str, request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The login of the address, if it has one. Without a function of ours, requests would look into ~/.netrc."""
    from requests.auth import HTTPBasicAuth
    from requests.utils import get_auth_from_url

    user, password = get_auth_from_url(url)
    return HTTPBasicAuth(user, password)(request) if user or password else request


def _body(alerts: Sequence[Alert], now: datetime) -> bytes:
    text = "\n".join(alert.line for alert in alerts)
    content = {"version": 1, "sent_at": now.isoformat(), "text": text, "alerts": [as_json(alert) for alert in alerts]}
    return json.dumps(content, ensure_ascii=False).encode()


def _headers(body: bytes, now: datetime, key: str | None) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        "X-Triage-Timestamp": timestamp,
    }
    if key is not None:
        signature = hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers["X-Triage-Signature"] = f"sha256={signature}"
    return headers


def _validate_status(status: int) -> None:
    if 200 <= status < 300:
        return
    fault = TransientSinkError if status >= 500 or status in _BUSY else SinkError
    raise fault(f"the server answered with status {status}")
