"""The parts of a table's declaration: columns with their checks, Spark types, and columns that many tables have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pyspark.sql import types as t

from triage.config.access import RoleName

KEY_PATTERN = "^[0-9a-f]{64}$"
TOKEN_PATTERN = "^<[A-Z_]+_[0-9a-f]{6}_[0-9a-f]{16}>$"


class Privacy(Enum):
    """What personal data a column may hold."""

    NONE = "no personal data"
    PSEUDONYM = "pseudonyms only"
    SEALED = "personal data, encrypted"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the conditions on its values; `one_of`, `pattern`, `minimum`, `maximum` ignore nulls.

    A sealed value opens only together with that of its row's column `context`. `unit` is what a number counts or
    measures, such as seconds, bytes, characters, mails or a share from 0 to 1. `example` is a value as jobs/query.py
    prints it, lists and structs as JSON; where it is empty, one follows from the other fields (triage.lake.dictionary).
    """

    name: str
    type: t.DataType
    comment: str
    required: bool = False
    privacy: Privacy = Privacy.NONE
    one_of: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    context: str = ""
    unit: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Which rows of another relation belong to a row: those with the same values in `others` as it has in `columns`.

    `other` is the relation's name in SQL, such as `silver.mail`. Where `others` is empty the columns have the same
    names there. Where one of a pair of columns is a list, the list holds the other's value.
    """

    other: str
    columns: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column with the other relation's."""
        return tuple(zip(self.columns, self.others or self.columns, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A Delta table at `<lake.root>/<name>`; `keys` are unique together, `statistics` feed data skipping.

    `owner` is the role that answers for its content, `writers` are the jobs whose own work adds its rows or puts others
    in their place, and a join is stated by one of the two tables that it is between.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    owner: RoleName
    writers: tuple[str, ...]
    statistics: tuple[str, ...] = ("batch_id",)
    properties: tuple[tuple[str, str], ...] = ()
    joins: tuple[Join, ...] = ()

    @property
    def schema(self) -> t.StructType:
        """The Spark schema, with comments. All columns are nullable in Delta; `required` is checked by the gate."""
        return t.StructType([t.StructField(c.name, c.type, True, {"comment": c.comment}) for c in self.columns])

    @property
    def column_names(self) -> list[str]:
        """The names, in order."""
        return [c.name for c in self.columns]

    @property
    def delta_properties(self) -> dict[str, str]:
        """Properties of the Delta table.

        Its statistics store the start of text columns, so only harmless columns are named.
        """
        return {"delta.dataSkippingStatsColumns": ",".join(self.statistics)} | dict(self.properties)

    @property
    def view(self) -> str:
        """The name in SQL, such as `silver.mail`."""
        return self.name.replace("/", ".")


TEXT, LONG, DOUBLE, FLAG, TIME = (
    t.StringType(),
    t.LongType(),
    t.DoubleType(),
    t.BooleanType(),
    t.TimestampType(),
)
TEXTS = t.ArrayType(t.StringType())

MAIL_KEY = Column("mail_key", TEXT, "SHA-256 of the message's content", required=True, pattern=KEY_PATTERN)
BATCH_ID = Column(
    "batch_id", LONG, "the batch that wrote the row", required=True, minimum=1, unit="number of a batch", example="29"
)

HASH_EXAMPLE = "0f3a9c0de1b2a394e5d1b7fa6a4ed57ca4ed57ca093363471426a64cc38f7317"
FILE_KEY_EXAMPLE = "8971337c7f7232c21a7c04871551b040"
KEY_ID_EXAMPLE = "5b21e0629e91"


def sealed(name: str, comment: str, context: str = "mail_key") -> Column:
    """A column with an encrypted value, bound to the value of the row's column `context`."""
    return Column(name, t.BinaryType(), comment, privacy=Privacy.SEALED, context=context)


def count(name: str, comment: str, unit: str, example: str, *, required: bool = False) -> Column:
    """A column that counts something, from 0."""
    return Column(name, LONG, comment, required, minimum=0, unit=unit, example=example)


def share(name: str, comment: str, example: str, *, required: bool = False) -> Column:
    """A column with a share or a probability."""
    return Column(name, DOUBLE, comment, required, minimum=0, maximum=1, unit="share 0 to 1", example=example)
