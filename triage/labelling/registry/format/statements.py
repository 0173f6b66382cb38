"""The SQL of a pipeline's SQLTransformers, which Spark would run: only expressions of harmless functions are accepted.

Spark's `java_method` and `reflect` call any static method of the JVM, and `SELECT TRANSFORM … USING` starts a program,
so a statement of a model's file is code unless it is known to be none.
"""

from __future__ import annotations

import re

from triage.labelling.registry.format.layout import LayoutError

_FORM = re.compile(r"\s*SELECT\s+\*\s*,(?P<columns>.+)\sFROM\s+__THIS__\s*", re.DOTALL | re.IGNORECASE)
_LITERAL = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.DOTALL)
"""A raw literal such as r'\' ends elsewhere, so its quote is left over and refused."""

_QUOTED_NAME = re.compile(r"`\w+`")
_CALL = re.compile(r"([^\s(),<>=!+*/|&-]+)\s*\(")
_CHARACTERS = re.compile(r"[\w\s.,()\[\]<>=!+*/-]*")
"""What may remain beside literals and quoted names: no semicolon, no backquote, no quote."""

_WORDS = re.compile(r"\b(select|from|using|with|lateral|table|values|describe|set|add)\b|--|/\*", re.IGNORECASE)
_FUNCTIONS = frozenset(
    {
        "array_distinct",
        "array_join",
        "coalesce",
        "concat",
        "filter",
        "instr",
        "lower",
        "regexp_extract_all",
        "regexp_replace",
        "slice",
        "sort_array",
        "substring",
        "trim",
        "upper",
    }
)
_OPERATORS = frozenset({"or", "and", "not", "as", "in"})


def check_statement(statement: str) -> None:
    """Raises LayoutError unless it is `SELECT *, <expressions> FROM __THIS__` with no function but accepted ones."""
    found = _FORM.fullmatch(statement)
    if found is None or not _is_harmless(found["columns"]):
        raise LayoutError("a stage has an SQL statement that is not accepted")


def _is_harmless(columns: str) -> bool:
    rest = _QUOTED_NAME.sub(" named ", _LITERAL.sub(" '' ", columns)).replace("''", " ")
    if _CHARACTERS.fullmatch(rest) is None or _WORDS.search(rest):
        return False
    called = {name.lower() for name in _CALL.findall(rest)}
    return called <= _FUNCTIONS | _OPERATORS
