"""The unit of a setting, which its name says: `..._seconds` are seconds, `..._share` a part of one."""

from __future__ import annotations

from pydantic.fields import FieldInfo

UNITS = {
    "bytes": "bytes",
    "chars": "characters",
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "weeks": "weeks",
    "mails": "mails",
    "rows": "rows",
    "runs": "runs",
    "files": "files",
    "bits": "bits",
    "tokens": "wordpieces",
    "corrections": "corrections",
    "weight": "corrections",
    "senders": "senders",
}
"""By the last word of a name."""

OTHERS = {
    "lake.lease_seconds": "seconds",
    "labelling.watts_per_core": "watts",
    "limits.unpacked_ratio": "times",
    "learning.review.pressing": "times",
    "learning.promotion.slowest": "times",
    "learning.promotion.largest": "times",
    "monitoring.drift.dispersion": "times",
    "monitoring.performance.change_limit": "standard deviations",
    "monitoring.value.core_hour_price": "money an hour",
    "monitoring.value.work_hour_price": "money an hour",
    "monitoring.value.errors_per_expected": "times",
    "monitoring.psi_watch": "PSI",
    "monitoring.psi_alert": "PSI",
    "learning.page.port": "TCP port",
}
"""Of settings whose names do not say it."""


def unit(key: str, field: FieldInfo) -> str:
    """The unit of a number: of a part of one `0 to 1`, of a plain count `number`. Empty for what is no number."""
    last = key.rsplit(".", 1)[-1].rsplit("_", 1)[-1]
    if key in OTHERS:
        return OTHERS[key]
    if key.startswith("retention."):
        return "days"
    kinds = str(field.annotation)
    if last in UNITS and "str" not in kinds:
        return UNITS[last]
    if "float" in kinds and _most(field) <= 1:
        return "0 to 1"
    return "number" if "int" in kinds or "float" in kinds else ""


def _most(field: FieldInfo) -> float:
    """The upper bound of the values."""
    bounds = [getattr(rule, name) for rule in field.metadata for name in ("le", "lt") if hasattr(rule, name)]
    return min(bounds, default=float("inf"))
