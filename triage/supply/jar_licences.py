"""The licences that a jar states: in the POM that Maven puts into it, else in its OSGi manifest."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from lxml import etree

from triage.environment.setup.locks import Jar

_BUNDLE = re.compile(r"^Bundle-License: (.*)$", re.MULTILINE)
_SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def licences_of(file: Path, jar: Jar) -> tuple[str, ...]:
    """The names of its licences, any of which a user may choose; () where it states none."""
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        pom = f"META-INF/maven/{jar.organisation}/{jar.name}/pom.xml"
        if pom in names and (found := _of_pom(archive.read(pom))):
            return found
        return _of_manifest(archive.read("META-INF/MANIFEST.MF")) if "META-INF/MANIFEST.MF" in names else ()


def _of_pom(data: bytes) -> tuple[str, ...]:
    root = etree.fromstring(data, _SAFE)
    found = root.findall("{*}licenses/{*}license/{*}name")
    return tuple(" ".join(one.text.split()) for one in found if one.text)


def _of_manifest(data: bytes) -> tuple[str, ...]:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\n ", "")
    found = _BUNDLE.search(text)
    return tuple(one.split(";")[0].strip() for one in found[1].split(",")) if found else ()
