"""pip's own configuration, which operators set for a mirror, in the words of uv."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

_LINE = re.compile(r"^([\w:.-]+?)\.([a-z][a-z0-9-]*)=('.*'|\".*\")$", re.MULTILINE)
_SECTIONS = ("global", "install", ":env:")
"""From the weakest to the strongest, as pip reads them."""

_SAME = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "HTTPS_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
    "no-cache-dir": "UV_NO_CACHE",
}
_IRRELEVANT = frozenset(
    "disable-pip-version-check no-input no-color progress-bar quiet verbose log cache-dir no-warn-script-location"
    " root-user-action require-virtualenv no-python-version-warning break-system-packages config-file user".split()
)
_FOR_ALL = {
    # Each file must have a hash of the lock, so it does not matter which index has it.
    "UV_INDEX_STRATEGY": "unsafe-best-match",
    # As pip does: a company's certificate lies in the system's store.
    "UV_SYSTEM_CERTS": "true",
    "UV_NO_CONFIG": "1",
    "UV_NO_PROGRESS": "1",
    "UV_HTTP_RETRIES": "3",
}


def uv_settings(python: Path, environ: Mapping[str, str]) -> dict[str, str] | None:
    """Variables for uv that say what pip's files and variables say; None where one has no counterpart.

    `python` is one with pip. pip itself is asked, since its files lie in several places and follow its own order.
    """
    command = [str(python), *"-I -m pip config list --disable-pip-version-check".split()]
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    return translate(done.stdout) if done.returncode == 0 else None


def translate(listing: str) -> dict[str, str] | None:
    """The variables for what `pip config list` prints; None where a setting has no counterpart in uv."""
    found = dict(_FOR_ALL)
    for name, value in _in_force(listing).items():
        if name in _IRRELEVANT:
            continue
        if name not in _SAME or (name == "find-links" and "," in value):
            return None
        if value := _value(name, value):
            found[_SAME[name]] = value
    return found | ({"HTTP_PROXY": found["HTTPS_PROXY"]} if "HTTPS_PROXY" in found else {})


def _in_force(listing: str) -> dict[str, str]:
    sections: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for section, name, quoted in _LINE.findall(listing):
        if section in sections:
            sections[section][name] = str(ast.literal_eval(quoted))
    return {name: value for section in _SECTIONS for name, value in sections[section].items()}


def _value(name: str, value: str) -> str:
    """`value` as uv reads it; empty where it says nothing."""
    words = value.split()
    if name == "find-links":  # uv fails on a folder that is missing, pip ignores it
        return ",".join(word for word in words if urlsplit(word).scheme or os.path.exists(word))
    if name in ("no-index", "no-cache-dir"):
        return "true" if value.lower() in ("1", "true", "yes", "on", "t", "y") else ""
    return " ".join(words)
