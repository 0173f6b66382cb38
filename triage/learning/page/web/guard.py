"""What a request must show before anything of the page answers it, and the headers of every answer.

A page on the loopback can be reached by every web page that the same browser has open, and by every name that an
attacker's DNS gives to 127.0.0.1. So: the Host must be one of ours (DNS rebinding), a session comes from a personal
link, and what changes anything needs the session's token in the form and no foreign Origin (OWASP, CSRF prevention).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request, session

from triage.learning.page.links import Links

_MAX_BYTES = 16 * 1024
"""Of a request's body without a reason."""
_CHAR_BYTES = 12
"""A character has up to four bytes, and a form writes each of them as three."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
_OPEN = ("enter",)
"""Endpoints that need no session."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who gets in, by which names of this machine, and whether browsers reach it by TLS."""

    links: Links
    hosts: Collection[str]
    """Values of the Host header, in lower case, with the port where it is not the scheme's own."""
    secure: bool
    session_hours: float


def most_bytes(reason_chars: int) -> int:
    """Of a request's body, where a reason may have so many characters."""
    return _MAX_BYTES + reason_chars * _CHAR_BYTES


def guard(app: Flask, access: Access) -> None:
    """Lets no other request through, and sets the headers."""

    @app.before_request
    def _check() -> None:
        if request.host.lower() not in access.hosts:
            abort(400)
        _check_session(access)
        if request.routing_exception is None and request.method not in {"GET", "HEAD"}:
            _check_origin(access)
            _check_token()

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if access.secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def open_session(reviewer_token: str) -> None:
    """Starts the browser's session as this person."""
    session.clear()
    session.permanent = True
    session["reviewer"] = reviewer_token
    session["csrf"] = secrets.token_urlsafe(32)


def _check_session(access: Access) -> None:
    """Without a session nothing exists here, whatever the address."""
    g.reviewer = access.links.of_reviewer_token(session.get("reviewer"))
    if g.reviewer is None and request.endpoint not in _OPEN:
        abort(404)


def _check_origin(access: Access) -> None:
    """A browser says `null` where the page's policy is to send no referrer; then Sec-Fetch-Site says what it knows."""
    origin = request.headers.get("Origin", "null")
    foreign = origin != "null" and urlsplit(origin).netloc.lower() not in access.hosts
    if foreign or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def _check_token() -> None:
    given, wanted = request.form.get("csrf", ""), session.get("csrf", "")
    if not wanted or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        abort(403)
