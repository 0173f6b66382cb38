"""The label heads: what is decided about each mail, and when a head abstains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from triage.config import Section, Settings
from triage.errors import ConfigError
from triage.yaml_file import read_yaml

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"


class Head(Section):
    """One decision about a mail."""

    name: str = Field(pattern=NAME_PATTERN)
    """Name in gold/labels."""

    comment: str = ""
    """What is decided."""

    labels: tuple[str, ...] = Field(min_length=2)
    """The possible answers."""

    threshold: float = Field(ge=0, le=1)
    """Probability of the best label below which the head abstains."""

    @model_validator(mode="after")
    def _distinct_labels(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"head {self.name} names a label twice")
        if not all(self.labels):
            raise ValueError(f"head {self.name} has an empty label")
        return self


class Taxonomy(Section):
    """All heads."""

    heads: tuple[Head, ...] = Field(min_length=1)
    """The heads, in the order of reports."""

    free_head_threshold: float = Field(0.0, ge=0, le=1)
    """Threshold of heads that only a labelled file knows."""

    @model_validator(mode="after")
    def _distinct_heads(self) -> Self:
        names = [head.name for head in self.heads]
        if len(set(names)) < len(names):
            raise ValueError("a head is declared twice")
        return self

    def __iter__(self) -> Iterator[Head]:  # type: ignore[override]
        """The heads, instead of pydantic's fields."""
        return iter(self.heads)

    def find(self, name: str) -> Head | None:
        """The head of that name."""
        return next((head for head in self.heads if head.name == name), None)

    def threshold(self, name: str) -> float:
        """The head's threshold, or that of free heads."""
        head = self.find(name)
        return self.free_head_threshold if head is None else head.threshold


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
