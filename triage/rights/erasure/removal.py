"""Removes persons from the tables: their own mails go as rows, other people's mails lose what names the persons."""

from __future__ import annotations

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.keys_frame import keys_frame
from triage.lake.store import SHARED_TABLES, Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL, Table
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.erasure.blanking import (
    STATED_BY_PEOPLE,
    blank_ledger,
    blank_raw_mail,
    blank_statements,
    blank_text,
    without_names,
)
from triage.rights.erasure.row_counts import RowCounts, count_rows
from triage.rights.rows import MAIL_TABLES, TEXT_TABLES, tokens_in_rows
from triage.rights.search.persons import mail_owners, token_owners
from triage.rights.search.resolve import Resolution


class Removal:
    """The removal of persons from a lake, in three steps: plan, carry_out, close.

    Each write is one version of one table, and sets or deletes by key, so that repeating it changes nothing. A
    removal that was killed is repeated from the search on, and the order of `carry_out` lets that search find the
    same again.
    """

    def __init__(self, resolution: Resolution, store: Store, keys: Keys) -> None:
        self.persons = resolution.persons
        self.mentions = resolution.mentions
        self.store = store
        self.keys = keys
        self.counts = RowCounts.of(len(self.persons))
        redacted = without_names(self.persons, self.mentions, store, keys)
        self._redacted = redacted.persist(StorageLevel.MEMORY_AND_DISK)

    def plan(self) -> None:
        """Decides which mails and tokens go, and counts them; nothing is written.

        A mail whose names cannot be blanked in place goes as a whole.
        """
        for row in self._redacted.where("whole").select("mail_key").collect() if self.mentions else ():
            for owner in self.mentions.pop(row.mail_key):
                self.persons[owner].mail_keys.add(row.mail_key)
        for table in MAIL_TABLES:
            count_rows(table, mail_owners(self.persons), self.counts.removed, self.store)
        self._tokens = self._unneeded_tokens().persist(StorageLevel.MEMORY_AND_DISK)
        self._count_tokens()

    def carry_out(self) -> None:
        """Blanks, then deletes; the tables that lead to a person come last.

        A repeated search starts from the person's own mails: their headers in vault/raw_mail give the names, and
        their rows in silver/mail say which names are shared. As long as both are there, the same names are found, and
        by them what is left in other people's mails. Once a token's value is deleted, a subject that was given as a
        pseudonym leads nowhere; then the row that ops/erasures got before the first write still lists the mails.
        """
        args = self.persons, self.mentions, self.store
        blank_raw_mail(self._redacted.where("NOT whole"), self.mentions, self.counts, self.store)
        for table in TEXT_TABLES:
            blank_text(table, *args, self.counts)
        blank_ledger(self.persons, self.store, self.keys, self.counts)
        for table in STATED_BY_PEOPLE:
            blank_statements(table, self.persons, self.store, self.counts)
        if self.store.exists(PSEUDONYMS) and not self._tokens.isEmpty():
            self.store.delete_keys(PSEUDONYMS, self._tokens, on="token")
        self._delete_mails()

    def close(self) -> None:
        """Frees the frames that were kept in memory."""
        self._redacted.unpersist()
        self._tokens.unpersist()

    def _delete_mails(self) -> None:
        last = (SILVER_MAIL, RAW_MAIL)
        for table in [*(table for table in MAIL_TABLES if table not in last), *last]:
            if any(counts[table.name] for counts in self.counts.removed) or self._were_added(table):
                self.store.delete_keys(table, keys_frame(mail_owners(self.persons), self.store))

    def _were_added(self, table: Table) -> bool:
        """Whether a job without the lake's lock added rows of the mails after they were counted."""
        keys = mail_owners(self.persons)
        if table.name not in SHARED_TABLES or not keys:
            return False
        with self.store.alone(table):  # a job that looked at ops/erasures before this one's row has added its rows then
            return self.store.count(table, mail_key=keys.keys()) > 0

    def _unneeded_tokens(self) -> DataFrame:
        """Tokens of the persons, and those that occur in removed rows only: nothing needs their values any more."""
        mails = f.broadcast(keys_frame(mail_owners(self.persons), self.store))
        index = tokens_in_rows(self.store)
        left = index.join(mails, "mail_key", "left_anti").select("token").distinct()
        orphans = index.join(mails, "mail_key", "left_semi").select("token").distinct()
        own = keys_frame(token_owners(self.persons), self.store, "token")
        return orphans.join(left, "token", "left_anti").unionByName(own).distinct()

    def _count_tokens(self) -> None:
        """A token counts for the person whom it stands for, else for those in whose mails it occurs."""
        known = self.store.read(PSEUDONYMS).join(self._tokens, "token", "left_semi")
        by_token, by_mail = token_owners(self.persons), mail_owners(self.persons)
        rows = known.join(tokens_in_rows(self.store), "token", "left").select("token", "mail_key").collect()
        pairs = {(row.token, owner) for row in rows for owner in by_token.get(row.token, by_mail.get(row.mail_key, ()))}
        for _, owner in pairs:
            self.counts.removed[owner][PSEUDONYMS.name] += 1
