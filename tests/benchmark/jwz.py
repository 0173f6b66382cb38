"""A plain reference of JWZ's algorithm (https://www.jwz.org/doc/threading.html), written from its description.

Containers as described there: one for each Message-ID, linked by References (else In-Reply-To), then root sets of one
base subject gathered (step 5). Nothing of the project's threads is used, so that the two may be compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_PREFIX = re.compile(r"^(?:\s|\[[^\]]*\]|(?:re|fwd?|aw)(?:\[\d+\])?\s*:)+", re.IGNORECASE)


@dataclass(eq=False)
class Container:
    """A message, or the place of one that is absent."""

    keys: list[str] = field(default_factory=list)
    subject: str = ""
    parent: Container | None = None
    children: list[Container] = field(default_factory=list)

    def is_below(self, other: Container) -> bool:
        """Whether `other` is above it, or itself."""
        above: Container | None = self
        while above is not None:
            if above is other:
                return True
            above = above.parent
        return False


@dataclass(frozen=True)
class Message:
    """What JWZ's algorithm reads of a message."""

    key: str
    message_id: str
    references: tuple[str, ...]
    subject: str


def jwz_threads(messages: Sequence[Message], *, with_subjects: bool) -> list[set[str]]:
    """The keys of each thread."""
    table: dict[str, Container] = {}
    for number, message in enumerate(messages):
        identity = message.message_id or f"none {number}"
        own = table.setdefault(identity, Container())
        own.keys.append(message.key)
        own.subject = own.subject or message.subject
        _link(message, own, table)
    roots = [one for one in table.values() if one.parent is None]
    trees = [_tree(root) for root in roots]
    sets = [set().union(*(set(one.keys) for one in tree)) for tree in trees]
    if with_subjects:
        sets = _gathered([(_subject(tree), keys) for tree, keys in zip(trees, sets, strict=True)])
    return [keys for keys in sets if keys]


def _link(message: Message, own: Container, table: dict[str, Container]) -> None:
    previous: Container | None = None
    for reference in message.references:
        one = table.setdefault(reference, Container())
        if previous is not None and one.parent is None and not previous.is_below(one):
            _adopt(previous, one)
        previous = one
    if previous is None or previous.is_below(own):
        return
    if own.parent is not None:
        own.parent.children.remove(own)
    _adopt(previous, own)


def _adopt(parent: Container, child: Container) -> None:
    child.parent = parent
    parent.children.append(child)


def _tree(root: Container) -> list[Container]:
    found, stack = [], [root]
    while stack:
        one = stack.pop()
        found.append(one)
        stack += one.children
    return found


def _subject(tree: Sequence[Container]) -> str:
    return next((_PREFIX.sub("", one.subject).strip() for one in tree if one.keys), "")


def _gathered(sets: Sequence[tuple[str, set[str]]]) -> list[set[str]]:
    by_subject: dict[str, set[str]] = {}
    rest = []
    for subject, keys in sets:
        if subject and keys:
            by_subject.setdefault(subject, set()).update(keys)
        else:
            rest.append(keys)
    return [*by_subject.values(), *rest]
