"""Values of a statement's parameters, as `NAME=VALUE` of the command line: `:name` in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlglot import exp

from triage.errors import ConfigError

_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_LITERALS = {"true": exp.true, "false": exp.false, "null": exp.null}
_WHERE = "--param"


def read_parameters(given: Iterable[str]) -> dict[str, exp.Expr]:
    """By name: a number, true, false or null as such, all else as text; quotes make text of a number: `id='7'`.

    Raises ConfigError for one that is not NAME=VALUE, and for a name that comes twice.
    """
    found: dict[str, exp.Expr] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise ConfigError("A parameter is NAME=VALUE.", where=_WHERE, remedy="Such as --param queue=billing.")
        if name in found:
            raise ConfigError(f"The parameter {name} comes twice.", where=_WHERE, remedy="Give it once.")
        found[name] = _literal(value)
    return found


def fill_in(tree: exp.Expr, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """The statement with values in the place of its parameters, which a value cannot leave, whatever it holds.

    Raises ConfigError for a parameter without a value, and for a value without a parameter.
    """
    asked = {_name_of(one) for one in tree.find_all(exp.Placeholder, exp.Parameter)}
    if missing := sorted(asked - values.keys()):
        remedy = f"Give --param {missing[0] or 'NAME'}=VALUE, and write it as :name in the statement."
        raise ConfigError(f"Parameters have no value: {', '.join(missing)}.", where=_WHERE, remedy=remedy)
    if unused := sorted(values.keys() - asked):
        remedy = "Write each as :name in the statement, outside of quotes."
        raise ConfigError(f"Parameters are not in the statement: {', '.join(unused)}.", where=_WHERE, remedy=remedy)
    return tree.transform(
        lambda node: values[_name_of(node)].copy() if isinstance(node, exp.Placeholder | exp.Parameter) else node
    )


def _name_of(node: exp.Expr) -> str:
    return str(node.this or "")


def _literal(value: str) -> exp.Expr:
    if make := _LITERALS.get(value.casefold()):
        return make()
    if _NUMBER.fullmatch(value):
        return exp.Literal.number(value) if value[0] != "-" else exp.Neg(this=exp.Literal.number(value[1:]))
    is_quoted = len(value) > 1 and value[0] == value[-1] == "'"
    return exp.Literal.string(value[1:-1] if is_quoted else value)
