"""Which licence each component has, and whether conf/licences.yaml allows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from license_expression import ExpressionError, ExpressionParseError, LicenseExpression, Licensing, get_spdx_licensing
from pydantic import BaseModel, ConfigDict, ValidationError

from triage.errors import ConfigError
from triage.supply.components import Component
from triage.yaml_file import read_yaml

_NOUN, _REMEDY = "licence file", "Correct it; its comments say what each part is."
UNKNOWN = "NOASSERTION"
"""What SPDX calls a licence of which nothing is known."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stated(_Part):
    """The licence of a component that states none itself, or not in words that `names` has, and who says so."""

    licence: str
    source: str


class LicenceFile(_Part):
    """conf/licences.yaml.

    `allowed`: SPDX identifiers with the reason why each may be used; `names`: words of metadata and the expression
    that they mean; `stated`: by component (`name`, or `group:name` or `group:*` of a jar).
    """

    allowed: dict[str, str]
    names: dict[str, str]
    stated: dict[str, Stated]

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The expressions by words in lower case."""
        return {words.lower(): expression for words, expression in self.names.items()}


@dataclass(frozen=True, slots=True)
class Licensed:
    """A component with its licence as an SPDX expression, or NOASSERTION, and what is wrong with it, if anything."""

    component: Component
    expression: str
    finding: str = ""


def read_licence_file(file: Path) -> LicenceFile:
    """The licence file. Raises ConfigError."""
    try:
        return LicenceFile.model_validate(read_yaml(file, _NOUN, _REMEDY) or {})
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise ConfigError(f"The {_NOUN} is wrong at {where}.", where=str(file), remedy=_REMEDY) from None


def licensed(components: Sequence[Component], known: LicenceFile) -> list[Licensed]:
    """Each component with its licence and finding, in their order."""
    return [_licensed(component, known) for component in components]


def _licensed(component: Component, known: LicenceFile) -> Licensed:
    expression = _expression(component, known)
    if expression is None:
        words = ", ".join(component.licences) or "none"
        return Licensed(component, UNKNOWN, f"unknown licence (its metadata says: {words})")
    if not _is_allowed(expression, known.allowed):
        return Licensed(component, expression.render(), "its licence is not allowed")
    return Licensed(component, expression.render())


def _expression(component: Component, known: LicenceFile) -> LicenseExpression | None:
    group = f"{component.group}:*" if component.group else component.name
    stated = known.stated.get(component.title) or known.stated.get(group)
    if stated is not None:
        return _parsed(stated.licence)
    parts = [known.by_name.get(words.lower(), words) for words in component.licences]
    # A jar that names several leaves the choice to its user (POM reference); a package's classifiers all hold.
    glue = " OR " if component.group else " AND "
    return _parsed(glue.join(f"({part})" for part in dict.fromkeys(parts))) if parts else None


def _parsed(text: str) -> LicenseExpression | None:
    try:
        return _licensing().parse(text, validate=True, strict=True).simplify()
    except (ExpressionError, ExpressionParseError):
        return None


@cache
def _licensing() -> Licensing:
    """The parser of expressions with the SPDX list, which takes a tenth of a second to build."""
    return get_spdx_licensing()


def _is_allowed(expression: LicenseExpression, allowed: dict[str, str]) -> bool:
    """Whether a user can choose licences that are all allowed."""
    if expression.isliteral:
        return expression.render() in allowed
    choices = (_is_allowed(part, allowed) for part in expression.args)
    return any(choices) if expression.operator.strip() == "OR" else all(choices)


def findings(results: Sequence[Licensed]) -> Iterator[Licensed]:
    """Those with something wrong."""
    return (one for one in results if one.finding)
