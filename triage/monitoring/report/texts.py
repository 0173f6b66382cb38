"""The words of the pages in one language, and its forms of numbers, dates and durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from triage.yaml_file import read_yaml

FOLDER = Path(__file__).parent / "words"

NARROW = "\u202f"
"""The space between a number and its unit, at which no line breaks."""

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Texts:
    """One language: `words` by section and name, as in its file; `currency` is the unit of money."""

    language: str
    words: Mapping[str, Any]
    currency: str = ""

    def __getitem__(self, section: str) -> Any:
        """Words of a section by name. Raises KeyError for an unknown section."""
        return self.words[section]

    def word(self, section: str, name: str) -> str:
        """A word whose name comes from data; a name without one reads as it is, with spaces."""
        return str(self.words[section].get(name, name.replace("_", " ").replace(".", " ")))

    def number(self, value: float, digits: int) -> str:
        """With thousands parted and so many decimals."""
        forms = self.words["forms"]
        return f"{value:,.{digits}f}".translate({ord(","): forms["thousands"], ord("."): forms["decimal"]})

    def count(self, value: float) -> str:
        """A whole number."""
        return self.number(value, 0)

    def figure(self, value: float) -> str:
        """With three digits that count, without zeros at the end; whole from 100 on."""
        text = f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
        if "e" in text:
            return self.number(value, 0) if abs(value) > 1 else self.number(value, 6)
        return self.number(float(text), len(text.partition(".")[2]))

    def percent(self, share: float) -> str:
        """A share as per cent with a decimal, so that small changes show; whole where it is all or nothing."""
        value = round(100 * share, 1)
        return f"{self.number(value, 0 if value in {0, 100} else 1)}{self.words['forms']['percent']}"

    def share(self, part: float, whole: float) -> str:
        """Part of a whole as per cent, whole from 10 on."""
        value = 100 * part / whole if whole else 0.0
        return f"{self.number(value, 0 if value >= 10 or value == 0 else 1)}{self.words['forms']['percent']}"

    def quantity(self, value: float | None, unit: str) -> str:
        """A value with its unit; a dash where it is unknown."""
        if value is None:
            return MISSING
        if unit == "share":
            return self.percent(value)
        if unit == "seconds":
            return self.duration(value)
        name = self._unit(unit)
        return f"{self.figure(value)}{NARROW}{name}" if name else self.figure(value)

    def _unit(self, unit: str) -> str:
        return self.currency if unit == "money" else str(self.words["units"].get(unit, unit))

    def bound(self, value: float, unit: str) -> str:
        """A bound of an interval: as the value, without the name of its unit."""
        return self.quantity(value, unit if unit in {"share", "seconds"} else "")

    def change(self, now: float | None, was: float | None, unit: str) -> str:
        """From `was` to `now`: percentage points of a share, else per cent; a dash where either is unknown.

        Where either is below 0, as what a run saved may be, the difference in the unit: per cent of a loss misleads.
        """
        if now is None or was is None:
            return MISSING
        if unit == "share":
            return f"{self._signed(100 * (now - was), 1)}{NARROW}{self.words['forms']['points']}"
        if now < 0 or was < 0:
            name = self._unit(unit)
            return self._with_sign(now - was, self.figure(abs(now - was))) + (f"{NARROW}{name}" if name else "")
        if not was:
            return "=" if not now else self.words["forms"]["new"]
        return f"{self._signed(100 * (now / was - 1), 0)}{self.words['forms']['percent']}"

    def _signed(self, value: float, digits: int) -> str:
        return self._with_sign(value, self.number(abs(value), digits))

    @staticmethod
    def _with_sign(value: float, text: str) -> str:
        if not any(c in "123456789" for c in text):
            return "±0"
        return ("+" if value > 0 else "−") + text

    def bytes(self, value: float) -> str:
        """A size in a fitting unit."""
        for unit in ("B", "kB", "MB"):
            if value < 1000:
                return f"{self.number(value, 0 if unit == 'B' or value >= 100 else 1)}{NARROW}{unit}"
            value /= 1000
        return f"{self.number(value, 1)}{NARROW}GB"

    def duration(self, seconds: float) -> str:
        """Seconds in fitting units."""
        if seconds < 60:
            return f"{self.number(seconds, 1)}{NARROW}s"
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}{NARROW}h {minutes}{NARROW}min" if hours else f"{minutes}{NARROW}min {rest}{NARROW}s"

    def day(self, at: datetime) -> str:
        """A date."""
        return at.strftime(self.words["forms"]["day"])

    def time(self, at: datetime) -> str:
        """A date with its time."""
        return at.strftime(self.words["forms"]["time"])


@lru_cache(maxsize=8)
def texts(language: str, currency: str = "") -> Texts:
    """The words of a language, with the code of a currency. Raises ConfigError where its file is missing or broken."""
    content = read_yaml(FOLDER / f"{language}.yaml", "file of the report's words", "Restore the file.")
    return Texts(language, content, currency)
