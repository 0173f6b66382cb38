"""Real servers on the loopback that take alerts, refuse them, hang, or hang up."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.loopback import HOST, free_port

DAY = timedelta(days=1)


@dataclass
class Requests:
    """What a web server was sent, and how it answers: by these statuses in turn, the last one again and again.

    A status of 0 hangs up without an answer, -1 hangs.
    """

    statuses: list[int]
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def web_server(*statuses: int) -> Iterator[tuple[str, Requests]]:
    """A web server and its address."""
    taken = Requests(list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            taken.headers.append(dict(self.headers.items()))
            status = taken.statuses.pop(0) if len(taken.statuses) > 1 else taken.statuses[0]
            if status == -1:
                taken.stop.wait(30)
            if status > 0:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/hook?token=s3cret-token", taken
    finally:
        taken.stop.set()
        server.shutdown()
        server.server_close()


@contextmanager
def endless_server() -> Iterator[int]:
    """A server that sends a byte now and then, so that no read ever runs into a limit of its own."""
    listener = socket.create_server((HOST, 0))
    stop = threading.Event()

    def drip() -> None:
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_drip_to, args=(client, stop), daemon=True).start()

    threading.Thread(target=drip, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.close()


def _drip_to(client: socket.socket, stop: threading.Event) -> None:
    with client:
        while not stop.is_set():
            try:
                client.sendall(b"2")
            except OSError:
                return
            time.sleep(0.1)


@dataclass
class Mailbox:
    """A mail server's handler: what it took, and what it answers to a recipient."""

    answers: list[str] = field(default_factory=lambda: ["250 OK"])
    messages: list[Any] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    farewell: str = "221 Bye"
    """What it answers to QUIT; empty: it says nothing for a while."""

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.farewell:
            await asyncio.sleep(4)
        return self.farewell or "221 Bye"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


@contextmanager
def mail_server(box: Mailbox, context: ssl.SSLContext | None = None, *, login: bool = False) -> Iterator[int]:
    """A mail server, with STARTTLS where it has a certificate; its port."""
    options: dict[str, Any] = {"tls_context": context, "require_starttls": context is not None} if context else {}
    if login:
        options |= {"authenticator": box.authenticate, "auth_required": True}
    controller = Controller(box, hostname=HOST, port=free_port(), **options)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for the loopback that nobody else trusts, and the context of its server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret, public = folder / "key.pem", folder / "certificate.pem"
    public.write_bytes(signed.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return public, context
