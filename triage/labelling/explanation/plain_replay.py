"""A mail's decisions again, without a JVM; what only Spark can do is said by an error."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import regex
from pyspark.sql import Row

from triage.config import Settings
from triage.errors import TriageError
from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.replays import Removal, Replay
from triage.labelling.plain.decision import decide
from triage.labelling.plain.model import MailFeatures, PlainModel, read_plain_model
from triage.labelling.registry.manifest import check_registered
from triage.labelling.registry.version_facts import version_facts
from triage.labelling.taxonomy import Head, Taxonomy
from triage.lake.tables import SILVER_MAIL
from triage.routing.path import Tried
from triage.routing.plain import path_of, route_of
from triage.routing.rules import Rules

Mail = Mapping[str, Any]


class NeedsSparkError(Exception):
    """A mail's models ask for what only Spark does."""


class PlainReplay(Replay):
    """By linear models, read from their files."""

    def __init__(self, mail: Mail, models: Mapping[str, PlainModel], taxonomy: Taxonomy, rules: Rules) -> None:
        self._mail, self._models, self._taxonomy, self._rules = mail, models, taxonomy, rules
        self._rows = self._decided(mail)

    @property
    def notes(self) -> tuple[str, ...]:
        """None: where a version cannot be used, Spark's replay finds another."""
        return ()

    @property
    def columns(self) -> Collection[str]:
        return SILVER_MAIL.column_names

    @property
    def rows(self) -> Mapping[str, Row]:
        return self._rows

    def model_of(self, head: str) -> PlainModel:
        return self._models[head]

    def contributions(self) -> dict[str, Contributions]:
        features = {id(model): MailFeatures(model, self._mail) for model in _distinct(self._models)}
        of_head = {head: (self._models[head], features[id(self._models[head])]) for head in self._rows}
        return {head: Contributions(model.heads[head], *mail.added(head)) for head, (model, mail) in of_head.items()}

    def label(self, removals: Sequence[Removal]) -> list[Row]:
        changed = (without(self._mail, removal) | {"mail_key": str(n)} for n, removal in enumerate(removals))
        return [row for mail in changed for row in self._decided(mail).values()]

    def routes(self, removals: Sequence[Removal], labels: Sequence[Mapping[str, Row]]) -> list[Row]:
        changed = (without(self._mail, removal) for removal in removals)
        return [Row(**route_of(mail, _as_dicts(rows), self._rules)) for mail, rows in zip(changed, labels, strict=True)]

    def route(self) -> Row:
        return Row(**route_of(self._mail, _as_dicts(self._rows), self._rules))

    def path(self) -> list[Tried]:
        return path_of(self._mail, _as_dicts(self._rows), self._rules)

    def _decided(self, mail: Mail) -> dict[str, Row]:
        found: dict[str, dict[str, Any]] = {}
        for model in _distinct(self._models):
            found |= decide(mail, model, [head for head in self._taxonomy if self._models[head.name] is model])
        return {head.name: Row(**found[head.name]) for head in self._taxonomy}


def plain_replay(mail: Mail, stored: Sequence[Row], taxonomy: Taxonomy, rules: Rules, settings: Settings) -> Replay:
    """The replay with the versions that `stored`, the mail's rows of gold/labels, name.

    Raises NeedsSparkError where a head has no row, a version is not valid or not on this machine, or a model is not
    linear in terms that can be drawn here.
    """
    versions = {row["head"]: (row["model"], row["model_version"]) for row in stored}
    if set(versions) != {head.name for head in taxonomy}:
        raise NeedsSparkError
    loaded = {version: _loaded(*version, settings) for version in set(versions.values())}
    models = {head: loaded[version] for head, version in versions.items()}
    if not all(_is_plain(head, models[head.name]) for head in taxonomy):
        raise NeedsSparkError
    return PlainReplay(mail, models, taxonomy, rules)


def without(mail: Mail, removal: Removal) -> dict[str, Any]:
    """The mail without the removal's units, as `occlusion.without` takes them out."""
    changed = dict(mail)
    patterns = sorted(unit.pattern for unit in removal if unit.pattern)
    if patterns:
        removed = regex.compile(f"(?:{'|'.join(patterns)})", regex.IGNORECASE)
        changed |= {name: mail[name] and removed.sub(" ", mail[name]) for name in ("subject", "body")}
    flags = {column.name for column in SILVER_MAIL.columns if column.type.typeName() == "boolean"}
    return changed | {unit.column: False if unit.column in flags else None for unit in removal if unit.column}


def _loaded(name: str, version: str, settings: Settings) -> PlainModel:
    try:
        files = version_facts(name, version, settings)
        if files is None or files.folder is None:
            raise NeedsSparkError
        check_registered(files.folder, files.digest)
        model = read_plain_model(name, version, files.folder)
    except (TriageError, OSError):  # Spark's replay says what is wrong, and which version it takes instead
        raise NeedsSparkError from None
    if model is None:
        raise NeedsSparkError
    return model


def _is_plain(head: Head, model: PlainModel) -> bool:
    return model.decides(head.name) and set(model.heads[head.name]) <= set(head.labels)


def _distinct(models: Mapping[str, PlainModel]) -> list[PlainModel]:
    return list({id(model): model for model in models.values()}.values())


def _as_dicts(rows: Mapping[str, Row]) -> dict[str, dict[str, Any]]:
    return {head: row.asDict() for head, row in rows.items()}
