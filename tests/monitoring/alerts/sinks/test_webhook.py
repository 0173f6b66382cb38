"""The webhook against a real web server: taken, refused, hanging, hanging up."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path

import pytest

from tests.loopback import free_port
from tests.monitoring.alerts.builders import NOON
from tests.monitoring.alerts.sinks.builders import DEAD, OVER, sink
from tests.monitoring.alerts.sinks.servers import web_server
from triage.monitoring.alerts.sinks.base import SinkError


def test_alerts_are_posted_as_json() -> None:
    with web_server(200) as (url, taken):
        sink(kind="webhook", url=url).send([DEAD, OVER], NOON, 5)
    [body] = map(json.loads, taken.bodies)
    assert (body["version"], body["sent_at"]) == (1, "2026-03-02T12:00:00+00:00")
    assert body["text"].splitlines()[0].startswith("critical: No mail came from hr.")
    first, second = body["alerts"]
    assert (first["rule"], first["slice"], first["cost"], first["folded"]) == ("dead_source", "hr", 500, ["volume_low"])
    assert (first["state"], second["state"]) == ("raised", "resolved")
    assert taken.headers[0]["Content-Type"] == "application/json; charset=utf-8"
    assert "X-Triage-Signature" not in taken.headers[0]


def test_a_receiver_can_check_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_KEY", "sesame")
    with web_server(204) as (url, taken):
        sink(kind="webhook", url=url, secret_env="HOOK_KEY").send([DEAD], NOON, 5)
    headers = taken.headers[0]
    signed = headers["X-Triage-Timestamp"].encode() + b"." + taken.bodies[0]
    expected = hmac.digest(b"sesame", signed, hashlib.sha256).hex()
    assert headers["X-Triage-Signature"] == f"sha256={expected}"
    assert headers["X-Triage-Timestamp"] == str(int(NOON.timestamp()))
    assert b"sesame" not in taken.bodies[0]


@pytest.mark.parametrize("first", [500, 503, 429, 0], ids=["500", "503", "429", "hangs up"])
def test_what_may_pass_is_tried_again_as_the_same_request(first: int) -> None:
    with web_server(first, 200) as (url, taken):
        sink(kind="webhook", url=url).send([DEAD], NOON, 5)
    assert len(taken.bodies) == 2 and taken.bodies[0] == taken.bodies[1]
    assert taken.headers[0]["Idempotency-Key"] == taken.headers[1]["Idempotency-Key"]


FINAL = {
    "wrong address": ((404,), "status 404"),
    "refused": ((403,), "status 403"),
    "another place": ((307,), "status 307"),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_will_not_pass_is_tried_once(name: str) -> None:
    statuses, fault = FINAL[name]
    with web_server(*statuses) as (url, taken), pytest.raises(SinkError, match=fault) as raised:
        sink(kind="webhook", url=url).send([DEAD], NOON, 5)
    assert len(taken.bodies) == 1
    assert "s3cret" not in str(raised.value) and "127.0.0.1" not in str(raised.value)


GONE = {"server error": (500,), "hangs": (-1,), "hangs up": (0,)}


@pytest.mark.parametrize("name", GONE)
def test_a_server_that_does_not_recover_is_given_up_in_time(name: str) -> None:
    begin = time.monotonic()
    with web_server(*GONE[name]) as (url, _), pytest.raises(SinkError, match="server") as raised:
        sink(kind="webhook", url=url).send([DEAD], NOON, 0.8)
    assert time.monotonic() - begin < 3
    assert "s3cret" not in str(raised.value) and "127.0.0.1" not in str(raised.value)


def test_a_server_that_is_not_there_is_named_by_its_fault_only() -> None:
    with pytest.raises(SinkError, match=r"did not answer \(ConnectionError\)"):
        sink(kind="webhook", url=f"http://127.0.0.1:{free_port()}/").send([DEAD], NOON, 0.3)


def test_an_address_with_a_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server(200) as (url, taken):
        monkeypatch.setenv("HOOK_URL", url)
        sink(kind="webhook", url_env="HOOK_URL").send([DEAD], NOON, 5)
    assert len(taken.bodies) == 1


@pytest.mark.parametrize(
    ("value", "fault"),
    [(None, "environment variable HOOK_URL with the address is not set"), ("file:///etc/passwd", "does not begin")],
    ids=["missing", "no web address"],
)
def test_a_wrong_address_is_not_quoted(monkeypatch: pytest.MonkeyPatch, value: str | None, fault: str) -> None:
    monkeypatch.delenv("HOOK_URL", raising=False)
    if value:
        monkeypatch.setenv("HOOK_URL", value)
    with pytest.raises(SinkError, match=fault) as raised:
        sink(kind="webhook", url_env="HOOK_URL").send([DEAD], NOON, 1)
    assert "passwd" not in str(raised.value)


@pytest.mark.parametrize("text", [None, "no certificate"], ids=["missing", "of another form"])
def test_a_wrong_file_of_certificates_is_named_and_nothing_is_sent(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ca.pem"
    if text:
        file.write_text(text, "utf-8")
    with web_server(200) as (url, taken), pytest.raises(SinkError, match="ca_file cannot be read"):
        sink(kind="webhook", url=url, ca_file=str(file)).send([DEAD], NOON, 1)
    assert taken.bodies == []


def test_logins_of_the_users_netrc_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password s3cret\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with web_server(200) as (url, taken):
        sink(kind="webhook", url=url).send([DEAD], NOON, 5)
        sink(kind="webhook", url=url.replace("//", "//triage:right@")).send([DEAD], NOON, 5)
    assert [sent.get("Authorization") for sent in taken.headers] == [None, "Basic dHJpYWdlOnJpZ2h0"]


def test_what_is_for_this_machine_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with web_server(200) as (url, taken):
        sink(kind="webhook", url=url).send([DEAD], NOON, 0.4)
    assert len(taken.bodies) == 1


IN_CLEAR = "http://hooks.example/s3cret-token"


def test_in_clear_nothing_is_sent_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_URL", IN_CLEAR)
    with pytest.raises(SinkError, match="must begin with https://") as raised:
        sink(kind="webhook", url_env="HOOK_URL").send([DEAD], NOON, 1)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        {"url": "https://hooks.example/x"},
        {"url": IN_CLEAR, "insecure": True},
        {"url": "http://localhost:9/x"},
        {"url": "http://[::1]:9/x"},
    ],
    ids=["https", "insecure", "localhost", "IPv6 loopback"],
)
def test_addresses_that_are_accepted(address: dict[str, object]) -> None:
    assert sink(kind="webhook", **address).label == "webhook"
