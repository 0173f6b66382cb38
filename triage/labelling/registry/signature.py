"""The inputs and outputs of a served model: MLflow's signature, and an invented example."""

from __future__ import annotations

from typing import Any

from pyspark.sql import types as t

from triage.labelling.description import ModelDescription
from triage.lake.tables import LABELS, SILVER_MAIL

TEXTS = ("subject", "body")
FACTS = (
    "language",
    "auto_submitted",
    "bulk",
    "list_mail",
    "bounce",
    "reply",
    "has_html",
    "importance",
    "attachments",
    "sent_at",
)
"""Columns of silver/mail that a row may omit; an omitted fact is unknown, an omitted language the text's."""

ANSWER = (
    "label",
    "labels",
    "best_label",
    "score",
    "scores",
    "abstained",
    "reason",
    "threshold",
    "decided_by",
)
"""Columns of gold/labels in an answer over REST."""

EXAMPLE: dict[str, Any] = {
    "subject": "Invoice overdue",
    "body": "Dear <PERSON_0000000000000000>, the invoice of March is still unpaid. Please settle it this week.",
    "language": "en",
    "reply": False,
    "attachments": [{"name": "invoice.pdf", "media_type": "application/pdf", "size_bytes": 20480}],
}
"""Invented, so that it has no personal data."""


def input_schema() -> t.StructType:
    """The columns of silver/mail that labelling reads, as Spark types."""
    return t.StructType([SILVER_MAIL.schema[name] for name in (*TEXTS, *FACTS)])


def signature(description: ModelDescription) -> Any:
    """An mlflow.models.ModelSignature: a mail as input, one object per head as output."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    inputs: list[ColSpec | TensorSpec] = [
        ColSpec(_optional_type(f.dataType), f.name, required=f.name in TEXTS) for f in input_schema().fields
    ]
    outputs: list[ColSpec | TensorSpec] = [ColSpec(_answer(), head.name) for head in description.heads]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs))


def _answer() -> Any:
    """The answer of a head as MLflow's type; every property is optional."""
    from mlflow.types.schema import Object, Property

    known = {column.name: column.type for column in LABELS.columns}
    return Object([Property(name, _mlflow_type(known[name]), required=False) for name in ANSWER if name in known])


def _mlflow_type(spark_type: t.DataType) -> Any:
    """MLflow's type. Integers become double, because pandas has missing values for floating numbers only."""
    from mlflow.types import DataType
    from mlflow.types.schema import Array, Map, Object, Property

    if isinstance(spark_type, t.MapType):
        return Map(_mlflow_type(spark_type.valueType))
    if isinstance(spark_type, t.ArrayType):
        return Array(_mlflow_type(spark_type.elementType))
    if isinstance(spark_type, t.StructType):
        return Object([Property(f.name, _mlflow_type(f.dataType), required=False) for f in spark_type.fields])
    if isinstance(spark_type, t.BooleanType):
        return DataType.boolean
    return DataType.string if isinstance(spark_type, t.StringType) else DataType.double


def _optional_type(spark_type: t.DataType) -> Any:
    """As `_mlflow_type`, but AnyType where MLflow would change or reject rows without the column.

    It turns a missing flag into true (pandas' conversion of NaN), and rejects a column of lists.
    """
    from mlflow.types.schema import AnyType

    any_type = isinstance(spark_type, t.ArrayType | t.BooleanType | t.TimestampType)
    return AnyType() if any_type else _mlflow_type(spark_type)  # type: ignore[no-untyped-call]
