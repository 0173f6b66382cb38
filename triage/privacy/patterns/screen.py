"""Which patterns can match a text: one pass of Hyperscan over it asks all of them, so that the others need no search.

Each pattern takes part by a looser form (triage.privacy.patterns.loose), so that the answer is never too small. To
compile these takes seconds, so the result is kept in the environment that Python runs in, by a digest of all that it
depends on. The set-up makes it, and so does a process that misses it.
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

from triage.privacy.patterns import characters, loose

Sources = Sequence[tuple[str, int]]
"""Patterns with their flags."""

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY | hyperscan.HS_FLAG_DOTALL
_FOLDER = Path(sys.prefix) / "var" / "triage"
_DIGEST_BYTES = 32


class Screen:
    """Tells the numbers of the patterns that can match a text. Not for two threads at once."""

    def __init__(self, sources: Sources) -> None:
        kept = _FOLDER / f"patterns-{_digest(sources)}"
        try:
            asked, self._database = _loaded(_read(kept) or _written(kept, _compiled(sources)))
        except hyperscan.error:  # kept by a machine that is of another kind after all
            asked, self._database = _loaded(_compiled(sources))
        self._unasked = frozenset(range(len(sources))).difference(asked)

    def possible(self, text: str) -> frozenset[int]:
        """Those that can match, and those of which there is no looser form to ask."""
        found: list[int] = []
        if self._database:
            self._database.scan(
                characters.as_bytes(text), match_event_handler=lambda number, *_: found.append(number)
            )
        return self._unasked.union(found)


class _Form(NamedTuple):
    """An expression of a pattern."""

    number: int
    expression: str
    by_line: bool


def _compiled(sources: Sources) -> bytes:
    """The numbers of the patterns that are asked, a line break, and what Hyperscan makes of them."""
    forms = [form for number, source in enumerate(sources) for form in _forms(number, *source)]
    try:
        database = _database(forms)
    except hyperscan.error:
        strange = {form.number for form in forms if not _is_known(form)}
        forms = [form for form in forms if form.number not in strange]
        database = _database_or_none(forms)
        forms = forms if database else []
    asked = sorted({form.number for form in forms})
    return json.dumps(asked).encode() + b"\n" + (bytes(hyperscan.dumpb(database)) if database else b"")


def _forms(number: int, pattern: str, flags: int) -> list[_Form]:
    expressions, by_line = loose.loose(pattern, flags)
    return [_Form(number, expression, by_line) for expression in expressions]


def _loaded(content: bytes) -> tuple[Sequence[int], Any]:
    """The numbers of the patterns that are asked, and their expressions; None for none."""
    asked, _, compiled = content.partition(b"\n")
    if not compiled:
        return (), None
    database: Any = hyperscan.loadb(compiled, hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return json.loads(asked), database


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


def _is_known(form: _Form) -> bool:
    return _database_or_none([form]) is not None


def _digest(sources: Sources) -> str:
    code = [Path(str(file)).read_bytes() for file in (__file__, loose.__file__, characters.__file__)]
    versions = [version(package) for package in ("hyperscan", "regex")]
    told = repr((_processor(), sys.version_info[:2], versions, list(sources))).encode(
        "utf-8", "surrogatepass"
    )
    return hashlib.sha256(b"\0".join([told, *code])).hexdigest()[:32]


def _processor() -> str:
    """What a compiled screen is bound to: one environment may serve machines of several kinds."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
        named = [line for line in lines if line.startswith(("flags", "Features", "vendor_id", "cpu family"))]
        return f"{os.uname().machine} {sorted(set(named))}"
    return os.uname().machine


def _read(file: Path) -> bytes | None:
    """What was kept, if it is whole."""
    with suppress(OSError):
        digest, content = (stored := file.read_bytes())[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() == digest:
            return content
    return None


def _written(file: Path, content: bytes) -> bytes:
    """The content; an environment that may only be read keeps none."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            fresh = Path(folder) / file.name
            fresh.write_bytes(hashlib.sha256(content).digest() + content)
            fresh.chmod(0o644)
            fresh.replace(file)
    return content
