"""What an explanation asks of a mail: its decisions again, with what decided them, and without some of its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from pyspark.sql import DataFrame, Row

from triage.labelling.description import ModelDescription
from triage.labelling.explanation.contributions import Contributions, MailTerms
from triage.labelling.explanation.occlusion import Unit, occlusion_effects, without
from triage.labelling.explanation.replay import DecidingModels
from triage.labelling.models import LoadedModel
from triage.lake.tables import LABELS
from triage.routing.path import Tried, rule_path
from triage.routing.route import route
from triage.routing.rules import Rules

Removal = frozenset[Unit]
Label = Callable[[Sequence[Removal]], list[Row]]
"""Rows of gold/labels of a mail without each of these removals; `mail_key` is the number of the removal."""


class Decider(Protocol):
    """The model that decides a head."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def description(self) -> ModelDescription: ...


class Replay(Protocol):
    """One published mail with the models and rules that decide it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Model versions that could not be used, a sentence each."""

    @property
    def columns(self) -> Collection[str]:
        """Those of silver/mail that the mail has."""

    @property
    def rows(self) -> Mapping[str, Row]:
        """By head, its row of gold/labels."""

    def model_of(self, head: str) -> Decider:
        """The model that decides a head."""

    def contributions(self) -> dict[str, Contributions]:
        """By head: exact for heads that are linear in terms, else the effect of removing each word or fact."""

    def label(self, removals: Sequence[Removal]) -> list[Row]:
        """See `Label`."""

    def routes(self, removals: Sequence[Removal], labels: Sequence[Mapping[str, Row]]) -> list[Row]:
        """The routes of the mail without each of these removals, with these labels by head, in their order."""

    def route(self) -> Row:
        """The route by the rules."""

    def path(self) -> list[Tried]:
        """The rules that are tried for it."""


class SparkReplay(Replay):
    """By the same code as in a batch."""

    def __init__(self, mail: DataFrame, models: DecidingModels, rules: Rules) -> None:
        self._mail, self._models, self._rules = mail, models, rules
        self._labels = models.label(mail).localCheckpoint()
        self._rows = {row["head"]: row for row in self._labels.collect()}

    @property
    def notes(self) -> tuple[str, ...]:
        return self._models.notes

    @property
    def columns(self) -> Collection[str]:
        return self._mail.columns

    @property
    def rows(self) -> Mapping[str, Row]:
        return self._rows

    def model_of(self, head: str) -> LoadedModel:
        model = self._models.model_of(head)
        assert model is not None
        return model

    def contributions(self) -> dict[str, Contributions]:
        parts = (part for champion in self._models.champions for part in champion.parts)
        return {head: found for model, heads in parts for head, found in self._of_model(model, heads).items()}

    def _of_model(self, model: LoadedModel, heads: Sequence[str]) -> dict[str, Contributions]:
        terms = MailTerms(model, self._mail, heads)
        return {head: terms.contributions(head) or occlusion_effects(model, self._mail, head) for head in heads}

    def label(self, removals: Sequence[Removal]) -> list[Row]:
        return self._models.label(without(self._mail, removals)).collect()

    def routes(self, removals: Sequence[Removal], labels: Sequence[Mapping[str, Row]]) -> list[Row]:
        if not removals:
            return []
        rows = [
            tuple((row.asDict() | {"mail_key": str(number)}).get(name) for name in LABELS.column_names)
            for number, of_removal in enumerate(labels)
            for row in of_removal.values()
        ]
        frame = self._mail.sparkSession.createDataFrame(rows, LABELS.schema, verifySchema=False).coalesce(1)
        found = route(without(self._mail, removals), frame, self._rules).collect()
        return sorted(found, key=lambda row: int(row.mail_key))

    def route(self) -> Row:
        return route(self._mail, self._labels, self._rules).collect()[0]

    def path(self) -> list[Tried]:
        return rule_path(self._mail, self._labels, self._rules)
