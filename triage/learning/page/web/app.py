"""The application: its routes over a service."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from flask import Flask, abort, g, make_response, redirect, render_template, request, session, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from triage.learning.page.desk.items import Item
from triage.learning.page.desk.service import Service
from triage.learning.page.web.guard import Access, guard, most_bytes, open_session
from triage.learning.page.web.mail_text import inline, parts_of
from triage.learning.page.web.rendering import LANGUAGES, language_of_request
from triage.learning.page.web.view import choices, marked_words, people_rows, places

_log = logging.getLogger(__name__)


def create_app(
    service: Service, access: Access, *, reason_chars: int, language: str | None = None, port: int = 0
) -> Flask:
    """The WSGI application. `language` is used where the reviewer chose none; `port` keeps cookies of pages apart.

    A stated reason may have `reason_chars` characters.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=most_bytes(reason_chars),
        MAX_FORM_MEMORY_SIZE=most_bytes(reason_chars),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=access.session_hours),
        PROVIDE_AUTOMATIC_OPTIONS=False,
        SECRET_KEY=access.links.session_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME=f"review_{port}",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=access.secure,
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    words = language_of_request(language)
    guard(app, access)
    _add_errors(app)
    _add_entrance(app, access)
    _add_pages(app, service, access)
    _add_actions(app, service, reason_chars)

    @app.context_processor
    def _words() -> dict[str, Any]:
        texts = words()
        common = {"t": texts.words, "words": texts, "languages": LANGUAGES, "csrf": session.get("csrf", "")}
        return {
            **common,
            "reviewer": g.get("reviewer"),
            "waiting": service.journal.waiting,
            "rejected": service.rejected,
            "reason_chars": reason_chars,
        }

    @app.before_request
    def _language() -> None:
        g.words = words()

    return app


def _add_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _refuse(fault: HTTPException) -> Response:
        return app.response_class(f"{fault.code} {fault.name}\n", fault.code or 500, mimetype="text/plain")

    @app.errorhandler(Exception)
    def _fail(fault: Exception) -> Response:
        """Type and endpoint only: the text of a fault may hold a mail's words, and an address a token."""
        _log.error("The review page failed with %s at %s.", type(fault).__name__, request.endpoint)
        return app.response_class("500 Internal Server Error\n", 500, mimetype="text/plain")


def _add_entrance(app: Flask, access: Access) -> None:
    @app.get("/t/<token>")
    def enter(token: str) -> Response:
        """Moves the token from the address to a cookie.

        The next address is asked for by the page itself and not by a redirect: a browser that came here from elsewhere
        sends no SameSite=Strict cookie along a redirect.
        """
        reviewer = access.links.of_token(token)
        if reviewer is None:
            abort(404)
        open_session(reviewer.token)
        return make_response(render_template("enter.html"))


def _add_pages(app: Flask, service: Service, access: Access) -> None:
    @app.get("/")
    def overview() -> str:
        progress = service.progress(g.reviewer)
        people = people_rows(progress, access.links.reviewers)
        last = service.desk.last(g.reviewer)
        return render_template("overview.html", progress=progress, people=people, last=last)

    @app.get("/review")
    def review() -> Response | str:
        """The next item, or what is left to do."""
        item = service.desk.next(g.reviewer)
        return redirect(url_for("overview", done=1)) if item is None else _page(service, item)

    @app.get("/item/<item_id>")
    def one(item_id: str) -> str:
        """One item that the reviewer answered before."""
        item = service.desk.item(g.reviewer, item_id)
        return abort(404) if item is None else _page(service, item)


def _add_actions(app: Flask, service: Service, reason_chars: int) -> None:
    @app.post("/answer")
    def answer() -> Response:
        reason = request.form.get("reason", "").strip() or None
        if len(reason or "") > reason_chars:  # no form of ours sends that; cut, it would say something else
            return _after("review", "long_reason")
        outcome = service.desk.answer(g.reviewer, request.form.get("item", ""), request.form.get("label", ""), reason)
        return _after("review", outcome)

    @app.post("/skip")
    def skip() -> Response:
        outcome = service.desk.skip(g.reviewer, request.form.get("item", ""))
        return _after("review", "skipped" if outcome == "saved" else outcome)

    @app.post("/unskip")
    def unskip() -> Response:
        service.desk.unskip(g.reviewer)
        return redirect(url_for("review"), 303)

    @app.post("/undo")
    def undo() -> Response:
        item = service.desk.undo(g.reviewer, request.form.get("correction", ""))
        return _after("review", "nothing") if item is None else _after("one", "undone", item_id=item.item_id)

    @app.post("/language")
    def language() -> Response:
        if request.form.get("language") in LANGUAGES:
            session["language"] = request.form["language"]
        return redirect(url_for("overview"), 303)


def _after(endpoint: str, said: str, **values: Any) -> Response:
    """Goes on, and the next page says what happened."""
    return redirect(url_for(endpoint, said=said, **values), 303)


def _page(service: Service, item: Item) -> str:
    mail = service.mail(item)
    if mail is None:
        abort(404)
    why = service.why(item, mail)
    history = service.desk.history(g.reviewer)
    marked = marked_words(why)
    return render_template(
        "review.html",
        item=item,
        mail=mail,
        subject=inline(mail.subject, g.words, marked),
        sender=inline(mail.sender or "", g.words),
        parts=parts_of(mail.body, g.words, marked),
        choices=choices(item),
        why=why,
        near=[(one, inline(one.mail.subject, g.words)) for one in service.near(item, mail)],
        last=history[0] if history else None,
        given=next((one for one in history if one.item_id == item.item_id), None),
        places=places(item, history),
        progress=service.progress(g.reviewer),
        said=request.args.get("said", ""),
    )
