"""Makes conf/jars/jars.lock anew from conf/jars/ivy.xml, in the environment.

.env/venv/bin/python -m triage.environment.setup.relock
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from triage.environment.machine import find_java
from triage.environment.place import Place, find_place
from triage.environment.setup.locks import digest

_WIDTH = 75
_SETTINGS = """\
<ivysettings>
  <settings defaultResolver="central"/>
  <resolvers><ibiblio name="central" m2compatible="true"/></resolvers>
</ivysettings>
"""


def relock(place: Place) -> int:
    """Resolves all modules with Ivy, in a cache of its own, and writes the lock. Returns the number of jars."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _resolve(place, work)
        lines = sorted(_lines(next((work / "cache").glob("*-default.xml"))))
        place.jar_lock.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def _resolve(place: Place, work: Path) -> None:
    ivy = next(Path(sys.prefix).glob("lib/*/site-packages/pyspark/jars/ivy-*.jar"))
    settings = work / "settings.xml"
    settings.write_text(_SETTINGS, encoding="utf-8")
    shutil.copy(place.jar_lock.with_name("ivy.xml"), work)
    command: list[str | Path] = [
        find_java(os.environ),
        f"-Divy.default.ivy.user.dir={work}",
        "-jar",
        ivy,
        "-settings",
        settings,
    ]
    command += ["-cache", work / "cache", "-ivy", work / "ivy.xml", "-types", "jar", "bundle"]
    subprocess.run(command, check=True, stdout=sys.stderr)


def _lines(report: Path) -> Iterator[str]:
    for module in ET.parse(report).getroot().iter("module"):  # noqa: S314 - Ivy just wrote it
        for revision in module.iter("revision"):
            for artifact in revision.iter("artifact"):
                parts = [module.attrib["organisation"], module.attrib["name"], revision.attrib["name"]]
                parts += [value for key, value in artifact.attrib.items() if key.endswith(".classifier")]
                yield f"{':'.join(parts):<{_WIDTH}} sha256:{digest(Path(artifact.attrib['location']))}"


if __name__ == "__main__":
    print(f"{relock(find_place(os.environ))} jars locked", file=sys.stderr)
