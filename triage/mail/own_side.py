"""Whether a mail went out from the company itself, by the domain of its sender."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from triage.mail.parsing.parsed import Address


def is_outgoing(sender: Address | None, domains: Sequence[str]) -> bool | None:
    """Whether the sender's address is in one of these domains or below it; None where no domain is given.

    A mail whose sender is not known did not go out.
    """
    if not domains:
        return None
    domain = _as_sent(sender.address.rpartition("@")[2].casefold().rstrip(".")) if sender else ""
    return any(domain == own or domain.endswith(f".{own}") for own in map(_as_sent, domains))


@lru_cache(maxsize=1_024)
def _as_sent(domain: str) -> str:
    """With letters beyond ASCII as programs send them (RFC 3490, `xn--…`); as it is where it has no such form."""
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
