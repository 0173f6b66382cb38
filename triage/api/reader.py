"""The tables of a lake, as it is or as it was at a moment, for reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from triage.api.attributes import TableAttributes
from triage.api.names import SHORT_NAMES, table_named
from triage.api.rows.answer import Answer
from triage.api.rows.moments import read_moment
from triage.api.rows.rows import Rows
from triage.api.rows.shown import as_html
from triage.api.rows.source import Source
from triage.errors import ConfigError
from triage.lake.tables import SILVER_MAIL, THREADS
from triage.query.language.dictionary import RELATIONS
from triage.query.language.literals import literals

_MOMENTS = ("since", "until")
_OF_A_MAIL = (
    "mail_key",
    "sent_at",
    "received_at",
    "sender",
    "recipients",
    "subject",
    "body",
    "language",
    "reply",
    "marks",
)


_IN_THREAD = "mail_key IN (SELECT mail_key FROM gold.threads WHERE thread_id = '{}')"


class LakeReader(TableAttributes):
    """A lake's tables: `lake.routes`, `lake["gold.routes"]`, `lake.sql("SELECT …")`.

    All is anonymized: the vault, where clear text is sealed, is not read here.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def tables(self) -> dict[str, Rows]:
        """All that SQL may read, by its name in SQL, such as `gold.routes`."""
        return {view: Rows(self._source, table) for view, table in RELATIONS.items()}

    def __getitem__(self, name: str) -> Rows:
        """A table by its name in SQL or its short one. Raises ConfigError, which says the nearest, for another name."""
        return Rows(self._source, table_named(name))

    def __getattr__(self, name: str) -> Any:
        if name not in SHORT_NAMES:
            raise AttributeError(f"A lake has no {name!r}: lake.tables has all tables.", name=name, obj=self)
        return Rows(self._source, SHORT_NAMES[name])

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *SHORT_NAMES})

    def sql(self, statement: str, **parameters: object) -> Answer:
        """The rows of a reading statement in the dialect of docs/sql.md, such as `SELECT count(*) FROM gold.routes`.

        `:name` in it is the value of the parameter `name`: text, a number, a date or time, a list for IN. `since` and
        `until` take moments as `Rows.where` does, so "7d" before now. Raises ConfigError for a value that is none; the
        statement itself is looked at when rows are asked for.
        """
        moments = {
            name: read_moment(value, self._source.now, name)  # type: ignore[arg-type]  # it says what is no moment
            for name, value in parameters.items()
            if name in _MOMENTS
        }
        return Answer(self._source, statement, literals(parameters | moments))

    def thread(self, mail_key: str) -> Rows:
        """The mails of a mail's thread, the oldest first; of a mail that gold.threads does not have, itself.

        Columns: mail_key, sent_at, received_at, sender, recipients, subject, body, language, reply, marks, anonymized
        as in silver.mail. Raises ConfigError where silver.mail has no mail with this key.
        """
        mails = Rows(self._source, SILVER_MAIL)
        if not mails.where(mail_key=mail_key).count():
            remedy = "Take a key from lake.mail; explain(key) says what became of a mail that is not there."
            raise ConfigError("No published mail has this key.", where="mail_key", remedy=remedy)
        own = next(iter(Rows(self._source, THREADS).where(mail_key=mail_key).select("thread_id")), None)
        found = mails.where(_IN_THREAD.format(own["thread_id"])) if own else mails.where(mail_key=mail_key)
        return found.order_by("sent_at", "received_at", "mail_key").select(*_OF_A_MAIL)

    def __repr__(self) -> str:
        moment = self._source.moment
        past = f" as of {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
        return f"Lake at {self._source.store.root}{past}: {', '.join(SHORT_NAMES)}"

    def _repr_html_(self) -> str:
        return as_html(self.sql("SHOW TABLES").to_arrow(), len(RELATIONS), {})
