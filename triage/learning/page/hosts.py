"""Where the page listens, and by which addresses browsers reach it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from triage.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Place:
    """`host` is what the page listens on, `address` what browsers open, such as `https://review.example.org`."""

    host: str
    address: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def hosts(self, port: int) -> frozenset[str]:
        """Values of the Host header that are ours."""
        own = {f"{name}:{port}" for name in _LOOPBACK} | ({*_LOOPBACK} if port == 80 else set())
        return frozenset({*own, *([urlsplit(self.address).netloc.lower()] if self.address else [])})

    def base(self, port: int) -> str:
        """What links begin with."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return (self.address or f"http://{shown}:{port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return bool(self.address) and urlsplit(self.address or "").scheme == "https"


def place_of(host: str, address: str | None) -> Place:
    """A place whose names are known. Raises ConfigError for a host beyond this machine without an address."""
    place = Place(host, address)
    parts = urlsplit(address or "")
    if address and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/")):
        raise ConfigError(
            "The address is none of a page of its own.",
            where="--address",
            remedy="Give scheme and name, such as https://review.example.org.",
        )
    if not place.is_loopback and not address:
        raise ConfigError(
            "The page is to be reached from other machines, and it is not known by which address.",
            where="--host",
            remedy="Add --address, such as https://review.example.org: requests by other names are turned away.",
        )
    return place
