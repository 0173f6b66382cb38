"""SQL that a model's file may bring into Spark, and SQL that would run code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.labelling.features import terms
from triage.labelling.registry.format.layout import LayoutError
from triage.labelling.registry.format.statements import check_statement

EMBEDDINGS = (
    r"SELECT *, regexp_replace(concat(' ', substring(coalesce(`plain`, ''), 1, 512)), "
    r"'[\\p{Cc}&&[^\\t\\n\\r]]', '') AS `s_text` FROM __THIS__"
)
RUNS_CODE = (
    "SELECT *, java_method('java.lang.Runtime', 'getRuntime') AS a FROM __THIS__",
    "SELECT *, `reflect`('java.lang.System', 'exit', 1) AS a FROM __THIS__",
    "SELECT *, REFLECT ('java.lang.System', 'exit', 1) AS a FROM __THIS__",
    "SELECT *, concat('a', try_reflect('java.lang.System', 'exit')) AS a FROM __THIS__",
    "SELECT *, system.builtin.reflect('java.lang.System', 'exit', 1) AS a FROM __THIS__",
    "SELECT *, concat('\\'', reflect('java.lang.System', 'exit', 1)) AS a FROM __THIS__",
    r"SELECT *, concat(r'\', reflect('java.lang.System','exit', 1), r'\') AS a FROM __THIS__",
    'SELECT *, concat(r"\\", reflect("java.lang.System", "exit"), r"\\") AS a FROM __THIS__',
    "SELECT *, concat('a' /* ' */, reflect('java.lang.System', 'exit', 1) /* ' */) AS a FROM __THIS__",
    "SELECT *, 1 AS a -- '\n, reflect('java.lang.System', 'exit', 1) AS b -- '\n FROM __THIS__",
    "SELECT *, (SELECT TRANSFORM(mail_key) USING 'touch /tmp/x' FROM __THIS__) AS a FROM __THIS__",
    "SELECT TRANSFORM(mail_key) USING 'touch /tmp/x' FROM __THIS__",
    "SELECT *, a FROM __THIS__ LATERAL VIEW explode(words) t AS a",
    "SELECT *, a FROM parquet.`/etc` , __THIS__",
    "SELECT *, a FROM __THIS__; DROP TABLE mail",
    "SELECT *, input_file_name() AS a FROM __THIS__",
    "DROP TABLE __THIS__",
)


def test_the_statements_of_label_models_are_accepted() -> None:
    for statement in [
        terms._SORTED,
        terms._WORD_TERMS,
        terms._GRAM_TERMS,
        EMBEDDINGS,
        "SELECT *, `s_vectors`[0] AS `s` FROM __THIS__",
    ]:
        check_statement(statement)


@pytest.mark.parametrize("statement", RUNS_CODE, ids=range(len(RUNS_CODE)))
def test_statements_that_could_run_code_are_refused(statement: str) -> None:
    with pytest.raises(LayoutError, match="not accepted"):
        check_statement(statement)


@given(st.text("'\"\\r `,()/*-a\n", max_size=25), st.text("'\"\\r `,()/*-a\n", max_size=25))
def test_no_quoting_hides_a_call(before: str, after: str) -> None:
    """Where a call stands outside of Spark's literals, it is refused, whatever is around it."""
    statement = f"SELECT *, {before} reflect('a', 'b') {after} AS x FROM __THIS__"
    if _is_hidden(before):
        return
    with pytest.raises(LayoutError):
        check_statement(statement)


def _is_hidden(before: str) -> bool:
    """Whether what follows stands in a literal, a name or a comment, by reading one character after the other."""
    state, at = "", 0
    while at < len(before):
        one, two = before[at], before[at : at + 2]
        raw = state.startswith("r")
        if not state:
            opens = "r" + one if one in "'\"" and at and before[at - 1] == "r" else one
            state = {"/*": "*/", "--": "\n"}.get(two, opens if one in "'\"`" else "")
            at += 2 if two in ("/*", "--") else 1
        elif state == "*/":
            at, state = (at + 2, "") if two == "*/" else (at + 1, state)
        elif one == "\\" and state in "'\"":
            at += 2
        else:
            at, state = at + 1, "" if one == (state[1:] if raw else state) else state
    return bool(state)
