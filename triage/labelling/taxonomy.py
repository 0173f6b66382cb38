"""The label heads: what is decided about each mail, and when a head abstains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from triage.config import Section, Settings
from triage.errors import ConfigError
from triage.labelling.features.text_fields import TextField
from triage.labelling.signs import Sign, check_signs
from triage.yaml_file import read_yaml

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"


class Costs(Section):
    """What a wrong label costs and what a person's look costs, in one unit, such as minutes."""

    wrong: float = Field(4.0, gt=0)
    """An error that nobody noticed."""

    review: float = Field(1.0, gt=0)
    """A person decides instead."""


class Head(Section):
    """One decision about a mail."""

    name: str = Field(pattern=NAME_PATTERN)
    """Name in gold/labels."""

    comment: str = ""
    """What is decided."""

    labels: tuple[str, ...] = Field(min_length=2)
    """The possible answers; of a head with a parent they begin with the parent's label and a slash."""

    multi: bool = False
    """Whether a mail may have several labels."""

    parent: str | None = None
    """Head whose label this one refines: only its labels below the parent's are possible."""

    text: tuple[TextField, ...] = ("subject", "body", "facts")
    """What of a mail it reads."""

    costs: Costs = Costs()
    """They give the threshold: the head abstains where an error is dearer than a look."""

    threshold: float | None = Field(None, ge=0, le=1)
    """Calibrated probability of the best label below which the head abstains, instead of the one from the costs."""

    languages: Literal["learnt", "any"] | tuple[str, ...] = "learnt"
    """Languages that it decides: `learnt` (those with enough training rows), any, or these ISO 639-1 codes."""

    signs: tuple[Sign, ...] = ()
    """Rules on the mail's own facts that decide before the model does; the first match counts."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"head {self.name} names a label twice")
        if not all(self.labels):
            raise ValueError(f"head {self.name} has an empty label")
        if self.multi and self.signs:
            raise ValueError(f"head {self.name} may give several labels, so signs cannot decide it")
        check_signs(self.name, self.labels, self.signs)
        return self


class Taxonomy(Section):
    """All heads."""

    heads: tuple[Head, ...] = Field(min_length=1)
    """The heads, in the order of reports."""

    free_costs: Costs = Costs()
    """Costs of heads that only a labelled file knows."""

    @model_validator(mode="after")
    def _distinct_heads(self) -> Self:
        names = [head.name for head in self.heads]
        if len(set(names)) < len(names):
            raise ValueError("a head is declared twice")
        for number, head in enumerate(self.heads):
            _check_parent(head, self.heads[:number])
        return self

    def __iter__(self) -> Iterator[Head]:  # type: ignore[override]
        """The heads, instead of pydantic's fields."""
        return iter(self.heads)

    def find(self, name: str) -> Head | None:
        """The head of that name."""
        return next((head for head in self.heads if head.name == name), None)

    def require(self, name: str, where: str) -> Head:
        """The head of that name. Raises ConfigError where there is none; `where` is the option or setting."""
        found = self.find(name)
        if found is None:
            known = ", ".join(head.name for head in self.heads)
            raise ConfigError(f"The taxonomy has no head {name}.", where=where, remedy=f"The heads are: {known}.")
        return found

    def named(self, name: str, labels: Sequence[str]) -> Head:
        """The head of that name, or one with these labels that decides mail in any language."""
        known = self.find(name)
        free = Head(name=name, labels=tuple(labels), costs=self.free_costs, languages="any")
        return free if known is None else known


def _check_parent(head: Head, before: Sequence[Head]) -> None:
    if head.parent is None:
        return
    parent = next((other for other in before if other.name == head.parent), None)
    if parent is None or parent.multi:
        raise ValueError(f"head {head.name} needs its parent before it, with one label a mail")
    stray = [label for label in head.labels if label.partition("/")[0] not in parent.labels]
    if stray:
        raise ValueError(f"label {stray[0]} of head {head.name} does not begin with one of {parent.name} and a slash")


def load_taxonomy(settings: Settings) -> Taxonomy:
    """The heads of `settings.labelling.taxonomy`. Raises ConfigError when the file is missing or wrong."""
    path = Path(settings.labelling.taxonomy)
    content = read_yaml(path, "taxonomy", "Set labelling.taxonomy to a readable YAML file with heads.")
    try:
        return Taxonomy.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"The taxonomy is wrong: {first['msg']}.",
            where=f"{path} {where}".strip(),
            remedy="Correct it; conf/taxonomy.yaml of the project shows the form.",
        ) from None
