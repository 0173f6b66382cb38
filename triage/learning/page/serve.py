"""Serves the review page of a lake until it is stopped."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from waitress.server import create_server

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.presence import require_lake
from triage.lake.review_journal import page_lock
from triage.lake.store import Store
from triage.learning.page.desk.desk import Desk
from triage.learning.page.desk.journal import Journal
from triage.learning.page.desk.lake_answers import lake_writer
from triage.learning.page.desk.lake_items import LakeItems, read_items
from triage.learning.page.desk.service import Service, now
from triage.learning.page.hosts import Place
from triage.learning.page.links import Links, read_secret
from triage.learning.page.people import people
from triage.learning.page.upkeep import Upkeep
from triage.learning.page.web.app import create_app
from triage.learning.page.web.guard import Access, most_bytes
from triage.learning.page.why.explainer import Explainer, registered_weights
from triage.paths import is_local
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.spark.session import spark_session
from triage.stages.plan import validate_key

THREADS = 8
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a start asks for. `names` are those who get a link; none: all of the file, or this user."""

    place: Place
    port: int
    names: Sequence[str] = ()
    team: str | None = None
    language: str | None = None
    new_links: bool = False


def serve(settings: Settings, wanted: Wanted, show: Say, say: Say) -> None:
    """Serves until SIGINT or SIGTERM. `show` prints the links, `say` prints what the operator should know.

    Raises ConfigError for a lake that is missing or remote, TransientError where another page serves it, and as
    `people` and `load_keys` do.
    """
    if not is_local(settings.lake.root):
        raise ConfigError(
            "The page needs a lake on a file system of this machine.", where="lake.root", remedy="Mount it."
        )
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    keys = load_keys(settings)
    validate_key(store, keys)
    with page_lock(settings.lake.root) as folder:
        journal = Journal(folder, keys)
        try:
            links = Links(people(settings, wanted.names, wanted.team, keys), read_secret(folder, new=wanted.new_links))
            service = _service(store, settings, keys, journal, wanted.team)
            upkeep = Upkeep(service, store, settings.learning.page, say)
            _run(service, upkeep, links, settings, wanted, show, say)
        finally:
            journal.close()


def _service(store: Store, settings: Settings, keys: Keys, journal: Journal, team: str | None) -> Service:
    taxonomy = load_taxonomy(settings)

    def read() -> LakeItems:
        return read_items(store, taxonomy, settings.learning, team, now())

    desk = Desk(journal, settings.learning.page.lease_minutes * 60, now)
    write = lake_writer(store, settings, keys)
    service = Service(journal, desk, read, write, Explainer(registered_weights(settings)))
    service.flush()  # what a killed process left
    service.refresh()
    return service


def _run(
    service: Service, upkeep: Upkeep, links: Links, settings: Settings, wanted: Wanted, show: Say, say: Say
) -> None:
    place, hours = wanted.place, settings.learning.page.session_hours
    logging.getLogger("waitress").disabled = True  # it would write addresses, which may be links
    hosts: set[str] = set()  # filled once the port is known
    access = Access(links, hosts, place.is_secure, hours)
    reason_chars = settings.learning.corrections.reason_chars
    app = create_app(service, access, reason_chars=reason_chars, language=wanted.language)
    try:
        server: Any = create_server(
            app,
            host=place.host,
            port=wanted.port,
            threads=THREADS,
            ident=None,
            max_request_body_size=most_bytes(reason_chars),
            clear_untrusted_proxy_headers=True,
        )
    except OSError as fault:
        raise ConfigError(
            f"The page cannot listen there: {fault.strerror}.", where="--host, --port", remedy="Give another port."
        ) from None
    port = int(server.effective_port)
    hosts |= place.hosts(port)
    app.config["SESSION_COOKIE_NAME"] = f"review_{port}"
    try:
        with _stopped_by_signals(), suppress(KeyboardInterrupt):
            for reviewer in links.reviewers:
                show(f"{reviewer.name}\t{place.base(port)}/t/{links.token(reviewer)}")
            say("A link is personal: who opens it reviews under that name. Stop with Ctrl-C.")
            upkeep.start()
            server.run()
    finally:
        server.close()
        upkeep.stop()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM ends the page as Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
