"""E-mail against a real mail server: taken, encrypted, refused, silent."""

from __future__ import annotations

import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import HOST, free_port
from tests.monitoring.alerts.builders import NOON
from tests.monitoring.alerts.sinks.builders import DEAD, OVER, sink
from tests.monitoring.alerts.sinks.servers import Mailbox, certificate, endless_server, mail_server
from triage.monitoring.alerts.sinks import Sink
from triage.monitoring.alerts.sinks.base import SinkError

LOGIN = {"user_env": "MAIL_USER", "password_env": "MAIL_PASSWORD"}


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return certificate(tmp_path_factory.mktemp("certificate"))


def mail(port: int, **given: Any) -> Sink:
    usual = {"kind": "smtp", "host": HOST, "port": port, "security": "none", "sender": "triage@example.org"}
    return sink(**usual | {"recipients": ["ops@example.org", "boss@example.org"]} | given)


def test_all_alerts_of_a_run_are_one_message_to_all() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        mail(port).send([DEAD, OVER], NOON, 5)
    [message] = box.messages
    assert message["Subject"] == "Mail triage: 1 critical, 1 resolved: dead_source, late"
    assert (message["From"], message["To"]) == ("triage@example.org", "ops@example.org, boss@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_payload(decode=True).decode()
    assert "No mail came from hr." in text and "docs/runbook/dead_source.md" in text and "It is over." in text


def test_with_starttls_the_message_and_the_login_are_encrypted(
    trusted: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_USER", "triage")
    monkeypatch.setenv("MAIL_PASSWORD", "right")
    pem, context = trusted
    box = Mailbox()
    with mail_server(box, context, login=True) as port:
        mail(port, security="starttls", ca_file=str(pem), **LOGIN).send([DEAD], NOON, 5)
    assert box.encrypted == [True] and box.logins == [(b"triage", b"right")]


def test_a_certificate_that_is_not_trusted_is_refused(trusted: tuple[Path, ssl.SSLContext]) -> None:
    box = Mailbox()
    with mail_server(box, trusted[1]) as port, pytest.raises(SinkError, match="certificate is not trusted"):
        mail(port, security="starttls").send([DEAD], NOON, 5)
    assert box.messages == []


def test_a_server_without_tls_is_sent_nothing() -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(SinkError, match="does not offer"):
        mail(port, security="starttls").send([DEAD], NOON, 5)
    assert box.messages == []


def test_a_wrong_password_is_neither_tried_again_nor_quoted(
    trusted: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_USER", "triage")
    monkeypatch.setenv("MAIL_PASSWORD", "wr0ng-s3cret")
    pem, context = trusted
    box = Mailbox()
    with mail_server(box, context, login=True) as port, pytest.raises(SinkError, match="refused the login") as raised:
        mail(port, security="starttls", ca_file=str(pem), **LOGIN).send([DEAD], NOON, 5)
    assert {password for _, password in box.logins} == {b"wr0ng-s3cret"}
    assert "s3cret" not in str(raised.value)


REFUSED = {
    "all for good": (["550 No such user here"], r"refused the recipients \(code 550\)"),
    "one for good": (["250 OK", "550 No such user here"], "refused 1 of 2 recipients"),
    "all for now": (["451 Come back later"], r"refused the recipients \(code 451\)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_said_without_addresses(name: str) -> None:
    answers, fault = REFUSED[name]
    with mail_server(Mailbox(list(answers))) as port, pytest.raises(SinkError, match=fault) as raised:
        mail(port).send([DEAD], NOON, 0.4)
    assert "@" not in str(raised.value) and "No such user" not in str(raised.value)


def test_a_busy_server_is_tried_again() -> None:
    box = Mailbox(["451 Come back later", "451 Come back later", "250 OK"])
    with mail_server(box) as port:
        mail(port).send([DEAD], NOON, 5)
    assert len(box.messages) == 1


@pytest.mark.parametrize("farewell", ["421 Bye", ""], ids=["421", "no answer"])
def test_a_message_that_was_taken_is_not_sent_again_for_what_follows(farewell: str) -> None:
    box = Mailbox(farewell=farewell)
    begin = time.monotonic()
    with mail_server(box) as port:
        mail(port).send([DEAD], NOON, 5)
    assert len(box.messages) == 1 and time.monotonic() - begin < 3


def test_a_server_that_is_not_there_is_given_up_in_time() -> None:
    begin = time.monotonic()
    with pytest.raises(SinkError, match=r"did not answer \(ConnectionRefusedError\)"):
        mail(free_port()).send([DEAD], NOON, 0.7)
    assert time.monotonic() - begin < 3


def test_a_server_that_speaks_no_tls_is_named(trusted: tuple[Path, ssl.SSLContext]) -> None:
    with mail_server(Mailbox()) as port, pytest.raises(SinkError, match="does not speak TLS"):
        mail(port, security="tls", ca_file=str(trusted[0])).send([DEAD], NOON, 0.5)


def test_a_missing_password_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_USER", "triage")
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    with endless_server() as port, pytest.raises(SinkError, match="MAIL_PASSWORD with the password is not set"):
        mail(port, **LOGIN).send([DEAD], NOON, 1)


def test_a_wrong_file_of_certificates_is_not_blamed_on_the_server(tmp_path: Path) -> None:
    with mail_server(Mailbox()) as port, pytest.raises(SinkError, match="ca_file cannot be read"):
        mail(port, security="starttls", ca_file=str(tmp_path / "none.pem")).send([DEAD], NOON, 1)
