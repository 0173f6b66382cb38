"""A lake as it is: its tables, and what can be asked about its mails and models."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from triage.api.reader import LakeReader
from triage.api.records import Given
from triage.api.results.explanation import MailExplanation, explained
from triage.api.rows.moments import Moment, read_moment
from triage.config import Settings
from triage.query.as_of import read_moment as read_past
from triage.rights.disclosure.reveal import reveal

if TYPE_CHECKING:
    from triage.api.results.pii import PiiFigures
    from triage.api.results.training import Training
    from triage.pipeline.tried_rules.tried import TriedRules


class Lake(LakeReader):
    """A lake, as `triage.open` gives it."""

    @property
    def settings(self) -> Settings:
        """The settings that it was opened with, such as `lake.settings.monitoring.psi_watch`."""
        return self._source.settings

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

    def measure_pii(self, gold: Given, *, beside_stock: bool = False) -> PiiFigures:
        """How much personal data of texts that people marked is found by the code of the nightly job.

        `gold`: a JSONL file, a frame or dicts, with `text` and `spans`, a list of [start, end, entity] in characters of
        the text. `id`, `headers` (From, To, Cc, Subject), `language`, `set` and `complete` may be there
        (jobs/evaluate_pii.py). With `beside_stock`, Presidio as it comes reads the same texts. Nothing is written.
        Raises ConfigError for rows that cannot be read.
        """
        from triage.api.results.pii import measured_pii

        return measured_pii(self._source.settings, gold, beside_stock=beside_stock)

    def train(
        self,
        head: str,
        rows: Given,
        *,
        label: str = "label",
        text: Sequence[str] = ("subject", "body"),
        warm: bool = False,
        promote_because: str = "",
    ) -> Training:
        """A head trained from rows with text and a label: a CSV or JSONL file, a frame, or rows of the lake.

        `label` and `text` name columns. A part of the rows is held out to measure it, then it is fitted on all,
        registered, and judged by the gate as by jobs/train.py; `promote_because` makes it champion whatever the gate
        finds, and is written down with your user name. `warm` begins at the head's present champion. Starts Spark.
        Raises ConfigError for rows, columns or names that cannot be used.
        """
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="IProgress not found")  # of bars that libraries would show
            from triage.api.results.training import trained

            store, settings = self._source.store, self._source.settings
            return trained(store, settings, rows, head, label, text, warm=warm, why=promote_because)

    def try_rules(self, rules: str | Path, days: float = 7) -> TriedRules:
        """What the rules of a file would have done to the mails of the last days, beside the rules in force.

        The days end with the newest mail. It has `queues`, `changed_queues`, `changed_rules`, `changed_priorities`,
        `earlier` and `later` (hours by which answers are due) and `moved` with the keys of mails; nothing is written.
        `triage.pipeline.tried_rules.plot.draw` draws it. Raises ConfigError for a file that would stop a run, and for
        days that are not above 0.
        """
        from triage.pipeline.tried_rules.run import try_rules

        return try_rules(self._source.store, self._source.settings, rules, days)

    def reveal(self, token: str, *, reason: str) -> str:
        """What a token stands for, after a row of ops.reveals says who asked, when and why.

        `reason` is such as a ticket's number, never a name. Needs the lake's key. Raises ConfigError for what is no
        token or for a reason that names somebody, KeyMaterialError for another key than the lake's, and ContractError
        for a token that the vault does not know.
        """
        return reveal(self._source.settings, token, reason)
