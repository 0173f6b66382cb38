"""How far a statement may reach: to tables of the lake, not to files, programs or names that are made while it runs."""

from __future__ import annotations

from sqlglot import exp

from triage.errors import AccessDeniedError, ConfigError, TriageError
from triage.lake.tables.access import VAULT

_OUTWARD = frozenset({"reflect", "try_reflect", "java_method", "identifier", "read_parquet", "read_csv", "read_files"})
"""Functions of Spark, or made so by the translator, that call any code, name any table or read any file."""

_ROW_MAKERS = frozenset(
    "range explode explode_outer posexplode posexplode_outer inline inline_outer stack json_tuple unnest".split()
)
"""Functions that may stand in the place of a table: they make rows of their arguments alone."""


def require_within_lake(tree: exp.Expr) -> None:
    """Raises ConfigError, or AccessDeniedError where the vault is meant, for a function that reaches beyond tables."""
    for call in tree.find_all(exp.Func):
        name = _name_of(call)
        stands_for_table = isinstance(call.parent, exp.Table)
        if name in _OUTWARD or (stands_for_table and name not in _ROW_MAKERS):
            raise vault_refused() if _means_vault(call) else _refused(name)


def vault_refused() -> TriageError:
    """The vault is not for SQL."""
    return AccessDeniedError(
        "The vault is not read by SQL.",
        where="sql",
        remedy="What a token stands for, jobs/reveal.py shows; a person's mails, jobs/export_person.py writes.",
    )


def _name_of(call: exp.Func) -> str:
    return (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).casefold()


def _means_vault(call: exp.Func) -> bool:
    texts = (one.name.casefold() for one in call.find_all(exp.Literal) if one.is_string)
    return any(VAULT in text.replace("`", "").replace(".", "/").split("/") for text in texts)


def _refused(name: str) -> TriageError:
    return ConfigError(
        "A statement reads tables of the lake only.", where="sql", remedy=f"Leave out the function {name}."
    )
