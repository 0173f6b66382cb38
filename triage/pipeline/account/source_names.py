"""What a source is called in metrics, alerts and pages: these reach sinks, and outlive an erasure.

A folder may be called after a person, so its name stays in `ops/ledger`, where an erasure blanks it. Everywhere else
stands a short keyed name, or the one that the settings declare for the folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.monitoring.alerts.rules.sentences import printable
from triage.privacy.pseudonyms.file_tokens import folder_of
from triage.privacy.pseudonyms.keys import Keys, keyed_name

_DIGITS = 8
_SHORT_NAME = re.compile(rf"\bsource-[0-9a-f]{{{_DIGITS}}}\b")
_SCHEMA = t.StructType([t.StructField("folder", t.StringType()), t.StructField("source", t.StringType())])


def source_name(folder: str, declared: Mapping[str, str], keys: Keys) -> str:
    """The declared name of a folder, else `source-` and 8 hex digits: the same for the same folder and key."""
    digits = keyed_name(b"SOURCE", folder.encode("utf-8", "surrogateescape"), keys)[:_DIGITS]
    return declared.get(folder, f"source-{digits}")


def source_names(batches: range, store: Store, settings: Settings, keys: Keys) -> DataFrame:
    """A row (folder, source) for each folder that the mails of the batches came from.

    The mails of a replay are from files of any earlier batch, so then all folders of the ledger have their rows.
    """
    replays = store.count(LEDGER, kind=["replay"], batch_id=batches)
    of_batches = {} if replays else {"batch_id": batches}
    paths = {row["path"] for row in store.rows(LEDGER, ("path",), kind=["file"], **of_batches)}
    folders = sorted({folder_of(path) for path in paths if path})
    rows = [(folder, source_name(folder, settings.source_names, keys)) for folder in folders]
    return store.spark.createDataFrame(rows, _SCHEMA)


def with_folders(lines: Iterable[str], settings: Settings, keys: Keys) -> tuple[str, ...]:
    """Lines with the folder beside each short name, for the terminal of the operator, who named the sources himself."""
    folders = {source_name(folder, {}, keys): printable(folder) for folder in map(_folder, settings.sources)}

    def told(match: re.Match[str]) -> str:
        return f"{match[0]} ({folders[match[0]]})" if match[0] in folders else match[0]

    return tuple(_SHORT_NAME.sub(told, line) for line in lines)


def _folder(source: str) -> str:
    """The folder that the ledger has of a source (triage.mail.exports.discover)."""
    root = os.path.realpath(source)
    return root if os.path.isdir(root) else os.path.dirname(root)
