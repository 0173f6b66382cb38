"""What both jobs check and open before they begin: arguments, the lake, files of settings, an unfinished relabel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import Taxonomy, load_taxonomy
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.relabel.work import Relabel
from triage.mail.dates import iso_time
from triage.routing.rules import Rules, load_rules
from triage.spark.session import spark_session
from triage.stages.relabels import command_of, unfinished_relabels, unfinished_sentence

_SAME = ("cause", "model", "head", "received_from", "received_to")


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake's tables, and the heads and rules in force."""

    store: Store
    taxonomy: Taxonomy
    rules: Rules


def open_lake(settings: Settings, head: str | None) -> Lake:
    """Raises ConfigError where there is no lake, or no such head, or a file of the settings is wrong.

    Spark is not started yet.
    """
    store = Store(lambda: spark_session(settings), settings.lake.root)
    require_lake(store)
    taxonomy = load_taxonomy(settings)
    if head is not None:
        taxonomy.require(head, "--head")
    return Lake(store, taxonomy, load_rules(settings, {one.name: one.labels for one in taxonomy.heads}))


def moment(text: str, option: str) -> datetime:
    """A date (its first moment) or a time in ISO 8601; UTC where it names no zone. Raises ConfigError.

    The future is an error, because no mail was received then.
    """
    at = iso_time(text)
    if at is None:
        raise ConfigError(
            "This is not a date or time.", where=option, remedy="Write it as 2026-03-01 or 2026-03-01T09:30."
        )
    if at > datetime.now(UTC):
        raise ConfigError("This lies in the future.", where=option, remedy="Name a time that is past (UTC).")
    return at


def unfinished(store: Store, wanted: Relabel, version: str | None) -> Relabel | None:
    """The relabel that a killed job left, where it is the wanted one; None where there is none.

    A backfill without `version` goes on with the versions that it began with, whatever is champion now. Raises
    ConfigError for another one: two at once would mix their labels.
    """
    for row in unfinished_relabels(store):
        left = Relabel.from_row(row)
        same = all(getattr(left, name) == getattr(wanted, name) for name in _SAME)
        if same and version in (None, left.model_version):
            return left
        raise ConfigError(unfinished_sentence(row), where=store.root, remedy=f"Finish it first: {command_of(row)}")
    return None
