"""Removes persons from the tables: their own mails go as rows, other people's mails lose what names the persons."""

from __future__ import annotations

from triage.lake.store import SHARED_TABLES
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL, Table
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.engine.base import Engine
from triage.rights.engine.base import Keys as Tokens
from triage.rights.erasure.blanking import (
    STATED_BY_PEOPLE,
    blank_ledger,
    blank_parents,
    blank_raw_mail,
    blank_statements,
    blank_text,
    without_names,
)
from triage.rights.erasure.row_counts import RowCounts, count_rows
from triage.rights.rows import MAIL_TABLES, TEXT_TABLES, TOKEN_TABLES
from triage.rights.search.persons import mail_owners, token_owners
from triage.rights.search.resolve import Resolution


class Removal:
    """The removal of persons from a lake, in three steps: plan, carry_out, close.

    Each write is one version of one table, and sets or deletes by key, so that repeating it changes nothing. A
    removal that was killed is repeated from the search on, and the order of `carry_out` lets that search find the
    same again.
    """

    def __init__(self, resolution: Resolution, engine: Engine, keys: Keys) -> None:
        self.persons = resolution.persons
        self.mentions = resolution.mentions
        self.engine, self.store = engine, engine.store
        self.keys = keys
        self.counts = RowCounts.of(len(self.persons))
        self._redacted = without_names(self.persons, self.mentions, engine, keys)

    def plan(self) -> None:
        """Decides which mails and tokens go, and counts them; nothing is written.

        A mail whose names cannot be blanked in place goes as a whole.
        """
        whole = [row for row in self._redacted.rows("mail_key", "whole") if row["whole"]] if self.mentions else []
        for row in whole:
            for owner in self.mentions.pop(row["mail_key"]):
                self.persons[owner].mail_keys.add(row["mail_key"])
        for table in MAIL_TABLES:
            count_rows(table, mail_owners(self.persons), self.counts.removed, self.engine)
        # told apart before anything is written: later the rows say something else
        self._tokens = self.engine.keys(self._unneeded_tokens().values(), "token")
        self._count_tokens()

    def carry_out(self) -> None:
        """Blanks, then deletes; the tables that lead to a person come last.

        A repeated search starts from the person's own mails: their headers in vault/raw_mail give the names, and
        their rows in silver/mail say which names are shared. As long as both are there, the same names are found, and
        by them what is left in other people's mails. Once a token's value is deleted, a subject that was given as a
        pseudonym leads nowhere; then the row that ops/erasures got before the first write still lists the mails.
        """
        args = self.persons, self.mentions, self.engine
        blank_raw_mail(self._redacted.where_not("whole"), self.mentions, self.counts, self.engine)
        for table in TEXT_TABLES:
            blank_text(table, *args, self.counts)
        blank_parents(self.persons, self.engine, self.counts)
        blank_ledger(self.persons, self.engine, self.keys, self.counts)
        for table in STATED_BY_PEOPLE:
            blank_statements(table, self.persons, self.store, self.counts)
        if self.store.exists(PSEUDONYMS) and self._tokens.count():
            self.engine.delete(PSEUDONYMS, self._tokens, on="token")
        self._delete_mails()

    def close(self) -> None:
        """Frees the rows that were kept in memory."""
        self._redacted.close()
        self._tokens.close()

    def _delete_mails(self) -> None:
        last = (SILVER_MAIL, RAW_MAIL)
        for table in [*(table for table in MAIL_TABLES if table not in last), *last]:
            if any(counts[table.name] for counts in self.counts.removed) or self._were_added(table):
                self.engine.delete(table, self.engine.keys(mail_owners(self.persons)))

    def _were_added(self, table: Table) -> bool:
        """Whether a job without the lake's lock added rows of the mails after they were counted."""
        keys = mail_owners(self.persons)
        if table.name not in SHARED_TABLES or not keys:
            return False
        with self.store.alone(table):  # a job that looked at ops/erasures before this one's row has added its rows then
            return self.store.count(table, mail_key=keys.keys()) > 0

    def _unneeded_tokens(self) -> Tokens:
        """Tokens of the persons, and those that occur in removed rows only: nothing needs their values any more."""
        orphans = self.engine.index(TOKEN_TABLES).only_in(mail_owners(self.persons).keys())
        return orphans.union(self.engine.keys(token_owners(self.persons), "token"))

    def _count_tokens(self) -> None:
        """A token counts for the person whom it stands for, else for those in whose mails it occurs."""
        wanted = self._tokens.values()
        known = {row["token"] for row in self.store.rows(PSEUDONYMS, ("token",), token=wanted)}
        by_token, by_mail = token_owners(self.persons), mail_owners(self.persons)
        own = {(token, owner) for token in known & by_token.keys() for owner in by_token[token]}
        others = self.engine.index(TOKEN_TABLES).pairs(known - by_token.keys())
        beside = {(token, owner) for mail_key, token in others for owner in by_mail.get(mail_key, ())}
        for _, owner in own | beside:
            self.counts.removed[owner][PSEUDONYMS.name] += 1
