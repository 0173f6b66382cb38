"""A lake as it is: its tables, and what can be asked about its mails and models."""

from __future__ import annotations

from dataclasses import replace

from triage.api.reader import LakeReader
from triage.api.results.explanation import MailExplanation, explained
from triage.api.rows.moments import Moment, read_moment
from triage.query.as_of import read_moment as read_past
from triage.rights.disclosure.reveal import reveal


class Lake(LakeReader):
    """A lake, as `triage.open` gives it."""

    def as_of(self, moment: Moment) -> LakeReader:
        """The tables as they were: `lake.as_of("2026-11-01").routes`; a date is its beginning in UTC, "7d" a week ago.

        History reaches back as far as maintenance and erasures have left it. Raises ConfigError for what is no moment,
        or is yet to come.
        """
        past = read_past(read_moment(moment, self._source.now, "as_of").isoformat())
        return LakeReader(replace(self._source, moment=past))

    def explain(self, mail_key: str) -> MailExplanation:
        """Why a mail has its labels and its queue, and what would change them, or why it is in quarantine.

        The stored decision is replayed by the model versions that made it. Raises ConfigError where the lake has no
        mail with this key, and ModelError where a version cannot be loaded.
        """
        from triage.labelling.explanation.explain import explain

        return explained(explain(self._source.store, self._source.settings, mail_key))

    def reveal(self, token: str, *, reason: str) -> str:
        """What a token stands for, after a row of ops.reveals says who asked, when and why.

        `reason` is such as a ticket's number, never a name. Needs the lake's key. Raises ConfigError for what is no
        token or for a reason that names somebody, KeyMaterialError for another key than the lake's, and ContractError
        for a token that the vault does not know.
        """
        return reveal(self._source.settings, token, reason)
