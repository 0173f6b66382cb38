"""Finds out which patterns can match a text, so that the others need no search.

One pass of Hyperscan over the text decides on all of them. Each pattern takes part by its relaxed form
(triage.privacy.patterns.relaxation), so that none that matches is missing. To compile these takes seconds, so the
result is stored in the environment that Python runs in, by a digest of all that it depends on. The set-up writes it,
and so does a process that finds none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import hyperscan

from triage.privacy.patterns import byte_folding, edges, relaxation, syntax

Sources = Sequence[tuple[str, int]]
"""Patterns with their flags."""

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY | hyperscan.HS_FLAG_DOTALL
_FOLDER = Path(sys.prefix) / "var" / "triage"
_DIGEST_BYTES = 32
_READERS = (byte_folding, edges, relaxation, syntax)
"""The modules that the relaxed forms depend on."""


class Prefilter:
    """Gives the numbers of the patterns that can match a text. Not for two threads at once."""

    def __init__(self, sources: Sources) -> None:
        file = _FOLDER / f"patterns-{_digest(sources)}"
        try:
            decided, self._database = _load(_read(file) or _write(file, _compile(sources)))
        except hyperscan.error:  # written by a machine of another kind after all
            decided, self._database = _load(_compile(sources))
        self._undecided = frozenset(range(len(sources))).difference(decided)

    def possible(self, text: str) -> frozenset[int]:
        """Those that can match, and those that have no relaxed form and so may match any text."""
        reported: list[int] = []
        if self._database:
            self._database.scan(
                byte_folding.folded(text), match_event_handler=lambda number, *_: reported.append(number)
            )
        return self._undecided.union(reported)


class _Form(NamedTuple):
    """An expression of a pattern."""

    number: int
    expression: str
    by_line: bool


def _compile(sources: Sources) -> bytes:
    """The numbers of the patterns that it decides on, a line break, and what Hyperscan makes of them."""
    forms = [form for number, source in enumerate(sources) for form in _forms(number, *source)]
    try:
        database = _database(forms)
    except hyperscan.error:
        refused = {form.number for form in forms if not _is_accepted(form)}
        forms = [form for form in forms if form.number not in refused]
        database = _database_or_none(forms)
        forms = forms if database else []
    decided = sorted({form.number for form in forms})
    return json.dumps(decided).encode() + b"\n" + (bytes(hyperscan.dumpb(database)) if database else b"")


def _forms(number: int, pattern: str, flags: int) -> list[_Form]:
    expressions, by_line = relaxation.relaxed(pattern, flags)
    return [_Form(number, expression, by_line) for expression in expressions]


def _load(content: bytes) -> tuple[Sequence[int], Any]:
    """The numbers of the patterns that it decides on, and their expressions; None for none."""
    decided, _, compiled = content.partition(b"\n")
    if not compiled:
        return (), None
    database: Any = hyperscan.loadb(compiled, hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return json.loads(decided), database


def _database(forms: Sequence[_Form]) -> Any:
    """All expressions together; None for none."""
    if not forms:
        return None
    database: Any = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[form.expression.encode("ascii") for form in forms],
        ids=[form.number for form in forms],
        elements=len(forms),
        flags=[_FLAGS | (hyperscan.HS_FLAG_MULTILINE if form.by_line else 0) for form in forms],
    )
    return database


def _database_or_none(forms: Sequence[_Form]) -> Any:
    """The same; None also where Hyperscan refuses one of them."""
    with suppress(hyperscan.error):
        return _database(forms)
    return None


def _is_accepted(form: _Form) -> bool:
    return _database_or_none([form]) is not None


def _digest(sources: Sources) -> str:
    code = [Path(str(file)).read_bytes() for file in (__file__, *(module.__file__ for module in _READERS))]
    versions = [version(package) for package in ("hyperscan", "regex")]
    described = repr((_processor(), sys.version_info[:2], versions, list(sources))).encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"\0".join([described, *code])).hexdigest()[:32]


def _processor() -> str:
    """What a compiled prefilter is bound to: one environment may serve machines of several kinds."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
        named = [line for line in lines if line.startswith(("flags", "Features", "vendor_id", "cpu family"))]
        return f"{os.uname().machine} {sorted(set(named))}"
    return os.uname().machine


def _read(file: Path) -> bytes | None:
    """What was written, if it is whole."""
    with suppress(OSError):
        digest, content = (stored := file.read_bytes())[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() == digest:
            return content
    return None


def _write(file: Path, content: bytes) -> bytes:
    """The content; in an environment that may only be read no file is written."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            fresh = Path(folder) / file.name
            fresh.write_bytes(hashlib.sha256(content).digest() + content)
            fresh.chmod(0o644)
            fresh.replace(file)
    return content
