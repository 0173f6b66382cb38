"""What targets share. A target is one file and one line of the registry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from triage.errors import ConfigError


class TargetError(ConfigError):
    """A target cannot be written to as it is configured."""


@dataclass(frozen=True, slots=True)
class Item:
    """A mail to write: its marks, its route as texts, and its bytes where the target needs them."""

    mail_key: str
    marks: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    message: bytes | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An item at its place in the target; `added` are the marks that are not there yet."""

    item: Item
    place: str
    added: tuple[str, ...]


class Target(ABC):
    """Somewhere that routes are written to; a context manager, which opens and closes it.

    `plan` only looks. `apply` and `undo` may be repeated: what is done already stays as it is.
    """

    needs_message = False
    """Whether items need the bytes of their mail."""

    only_looks = False
    """Whether nothing will be changed, so that it may be opened to be read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @abstractmethod
    def plan(self, item: Item) -> list[Planned]:
        """Where the mail is, none where the target does not have it."""

    @abstractmethod
    def apply(self, planned: Sequence[Planned]) -> None:
        """Adds the marks."""

    @abstractmethod
    def undo(self, planned: Sequence[Planned]) -> int:
        """Takes away what was added, and gives the number of those that are not there any more."""
