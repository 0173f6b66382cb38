"""The gate: a Great Expectations suite, derived from a table's declaration, that validates a batch before it is published.

Its results are booleans only (BOOLEAN_ONLY), because GX would otherwise quote the unexpected values.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.errors import ContractError
from triage.lake.tables import Column, Table

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # GX reads it when it is first imported

import great_expectations as gx
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

logging.getLogger("great_expectations").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one expectation on a batch; `name` is the expectation with its column."""

    name: str
    passed: bool


def validate_batch(rows: DataFrame, table: Table) -> list[Verdict]:
    """The verdict of every expectation of the table's suite on a batch.

    Raises ContractError where one could not be computed.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite(name=table.view, expectations=list(expectations(table)))
    source = context.data_sources.add_spark(name="batch", persist=False)
    definition = source.add_dataframe_asset(name="rows").add_batch_definition_whole_dataframe("whole")
    result = definition.get_batch({"dataframe": rows}).validate(suite, result_format="BOOLEAN_ONLY")
    return [_verdict(one) for one in result.results]


def expectations(table: Table) -> Iterator[Expectation]:
    """The expectations of a declaration: unique keys, and the values of each column.

    Names and types need no expectation: the store's select enforces them.
    """
    if len(table.keys) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.keys[0])
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.keys))
    for column in table.columns:
        yield from _of_column(column)


def expectation_name(config: ExpectationConfiguration) -> str:
    """Its type with its column, as verdicts and reasons have it."""
    column = config.kwargs.get("column")
    return f"{config.type}({column})" if column else str(config.type)


def _of_column(column: Column) -> Iterator[Expectation]:
    if column.required:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column.name)
    if column.one_of:
        yield gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.one_of))
    if column.pattern and isinstance(column.type, t.StringType):
        yield gxe.ExpectColumnValuesToMatchRegex(column=column.name, regex=column.pattern)
    if column.minimum is not None or column.maximum is not None:
        yield gxe.ExpectColumnValuesToBeBetween(column=column.name, min_value=column.minimum, max_value=column.maximum)


def _was_interrupted(info: dict[str, Any] | None) -> bool:
    """Whether GX caught an exception: it reports one for the expectation, or one for each metric."""
    if not info:
        return False
    flat = info.get("raised_exception")
    if flat is not None:
        return bool(flat)
    return any(isinstance(one, dict) and one.get("raised_exception") for one in info.values())


def _verdict(result: ExpectationValidationResult) -> Verdict:
    config = result.expectation_config
    if config is None:
        raise ContractError("Great Expectations returned a result without its expectation.", where="gate")
    if _was_interrupted(result.exception_info):
        raise ContractError(
            "An expectation could not be computed, so the batch was not validated.",
            where=config.type,
            remedy="Start again; report it if it returns.",
        )
    return Verdict(expectation_name(config), bool(result.success))
