"""Nobody without a link gets in, no other page can act, and nothing of a mail leaves by a header or a log."""

from __future__ import annotations

import logging

import pytest

from tests.learning.page.builders import ADA
from tests.learning.page.web.conftest import HOST, Site

PATHS = ("/", "/review", "/item/item-1", "/static/page.css", "/nothing", "/t/", "/t/x", "/t/" + "0" * 64, "/t/é")


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_every_address_is_the_same_nothing(site: Site, path: str) -> None:
    response = site.browser().get(path)
    assert (response.status_code, response.text) == (404, "404 Not Found\n")
    assert "Set-Cookie" not in response.headers


def test_a_link_moves_its_token_to_a_cookie_that_scripts_and_other_sites_do_not_get(site: Site) -> None:
    response = site.enter()
    cookie = response.headers["Set-Cookie"]
    assert response.status_code == 200
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    token = site.links.token(ADA)
    assert token not in cookie + response.text
    assert token not in site.client.get("/").text


def test_over_tls_the_cookie_is_for_tls_only(site: Site) -> None:
    site.app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in site.enter().headers["Set-Cookie"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8021", "127.0.0.1", "localhost:8022", "127.0.0.1.evil.example:8021", ""]
)
def test_another_host_name_is_refused_since_dns_may_point_any_name_here(site: Site, host: str) -> None:
    assert site.client.get("/", headers={"Host": host}).status_code == 400
    assert site.browser().get(f"/t/{site.links.token(ADA)}", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/answer", "/skip", "/undo", "/unskip", "/language"])
@pytest.mark.parametrize(
    ("headers", "csrf"),
    [
        pytest.param({"Origin": "http://evil.example"}, True, id="another origin"),
        pytest.param({"Origin": "http://localhost:9000"}, True, id="another port of this machine"),
        pytest.param({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, True, id="a sandboxed frame"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, True, id="same site but another origin"),
        pytest.param({}, False, id="no token"),
    ],
)
def test_no_other_page_can_act(site: Site, path: str, headers: dict[str, str], csrf: bool) -> None:
    form = {"item": "item-1", "label": "sales", "language": "de", **({"csrf": site.csrf()} if csrf else {})}
    assert site.client.post(path, data=form, headers=headers).status_code == 403
    assert site.service.journal.waiting() == 0


@pytest.mark.parametrize("token", ["x", "", "é" * 20])
def test_a_wrong_token_of_a_form_is_refused(site: Site, token: str) -> None:
    assert site.client.post("/undo", data={"csrf": token}).status_code == 403


def test_the_token_of_one_person_does_not_serve_another(site: Site) -> None:
    of_ada = site.csrf()
    site.enter(1)
    assert site.client.post("/undo", data={"csrf": of_ada}).status_code == 403


@pytest.mark.parametrize("origin", [f"http://{HOST}", "null"])
def test_the_own_page_can_act(site: Site, origin: str) -> None:
    assert site.post("/answer", {"Origin": origin}, item="item-1", label="sales").status_code == 303
    assert site.service.journal.waiting() == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/answer", "/review"])
def test_other_methods_are_refused(site: Site, method: str, path: str) -> None:
    assert site.client.open(path, method=method).status_code == 405


@pytest.mark.parametrize("path", ["/answer", "/undo", "/skip"])
def test_a_link_to_an_action_does_nothing(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 405


def test_a_huge_body_is_refused(site: Site) -> None:
    response = site.client.post("/answer", data={"csrf": site.csrf(), "reason": "x" * 100_000})
    assert response.status_code == 413
    assert site.service.journal.waiting() == 0


@pytest.mark.parametrize("path", ["/", "/review", "/static/page.js", "/nothing"])
def test_every_answer_has_the_headers(site: Site, path: str) -> None:
    headers = site.client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_a_forged_session_is_none(site: Site) -> None:
    forged = site.browser()
    with forged.session_transaction() as session:
        session["reviewer"] = ADA.token
    cookie = forged.get_cookie("review_0")
    assert cookie is not None
    payload, _, _ = cookie.value.rpartition(".")
    forged.set_cookie("review_0", f"{payload}.AAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert forged.get("/").status_code == 404


def test_new_links_end_the_sessions_of_the_old(site: Site) -> None:
    site.app.config["SECRET_KEY"] = b"another"
    assert site.client.get("/").status_code == 404


def test_a_fault_shows_and_logs_no_words_of_a_mail(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Dear Bruno, your secret")

    monkeypatch.setattr(site.service, "mail", fail)
    with caplog.at_level(logging.DEBUG):
        response = site.client.get("/review")
    assert response.status_code == 500
    assert "Bruno" not in response.text + caplog.text
    assert "ValueError" in caplog.text
