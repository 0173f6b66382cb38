"""The locked jars, fetched by the Ivy that pyspark ships, each checked against its SHA-256."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from triage.environment.faults import SetupFault, TryAgain, of_log
from triage.environment.place import Place
from triage.environment.setup.locks import Jar, digest, read_jars
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import run_tool

_STEP = 3
_TRIES = 3
_FAULT_WORDS = ("Server access error", "You probably access the destination server", "UNRESOLVED", "[FAILED")


def jars_ready(place: Place) -> bool:
    """Whether the folder of the lock is there with every jar."""
    wanted = {jar.file_name for jar in read_jars(place.jar_lock)}
    return place.jars.is_dir() and wanted <= set(os.listdir(place.jars))


def fetch_jars(place: Place, java: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Fetches into a folder beside and renames it once every jar is verified.

    Ivy's own cache outlives a failed start, so that the next one goes on from there.
    """
    jars = read_jars(place.jar_lock)
    progress.step(_STEP, f"Jars: fetching {len(jars)}")
    work, fresh = place.folder / "ivy", place.jars.with_name(place.jars.name + ".incomplete")
    for folder in (fresh, place.jars):
        shutil.rmtree(folder, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    fresh.mkdir()
    (work / "ivy.xml").write_text(ivy_file(jars), encoding="utf-8")
    _fetch(_command(place, java, fresh), place, environ, progress, len(jars))
    _verify(jars, fresh, work)
    fresh.rename(place.jars)
    shutil.rmtree(work)
    progress.step(_STEP, f"Jars: all {len(jars)} fetched and verified")


def ivy_file(jars: Sequence[Jar]) -> str:
    """An Ivy module that names exactly the locked jars: nothing to resolve, so no POM is read."""
    modules: dict[tuple[str, str, str], list[Jar]] = {}
    for jar in jars:
        modules.setdefault((jar.organisation, jar.name, jar.version), []).append(jar)
    dependencies = "\n".join(_dependency(*module, parts) for module, parts in modules.items())
    return (
        '<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">\n'
        '<info organisation="triage" module="jars"/><configurations><conf name="default"/></configurations>\n'
        f"<dependencies>\n{dependencies}\n</dependencies>\n</ivy-module>\n"
    )


def _dependency(organisation: str, name: str, version: str, parts: Sequence[Jar]) -> str:
    artifacts = "".join(
        f'<artifact name={quoteattr(name)} type="jar" ext="jar"'
        + (f" m:classifier={quoteattr(jar.classifier)}" if jar.classifier else "")
        + "/>"
        for jar in parts
    )
    module = f"org={quoteattr(organisation)} name={quoteattr(name)} rev={quoteattr(version)}"
    return f'<dependency {module} transitive="false" conf="default-&gt;*">{artifacts}</dependency>'


def _command(place: Place, java: Path, fresh: Path) -> list[str]:
    ivy = next(place.venv.glob("lib/*/site-packages/pyspark/jars/ivy-*.jar"), None)
    if ivy is None:
        raise SetupFault(f"{place.venv} holds no Ivy; remove that folder and start again.")
    # Relative to the working folder, because Ivy reads brackets in the path as its own pattern.
    pattern = f"{fresh.name}/[artifact]-[revision](-[classifier]).[ext]"
    work = place.folder / "ivy"
    command = [str(java), f"-Divy.default.ivy.user.dir={work}", "-jar", str(ivy)]
    command += ["-settings", str(place.ivy_settings), "-cache", str(work / "cache")]
    return [*command, "-ivy", str(work / "ivy.xml"), "-retrieve", pattern]


def _fetch(command: Sequence[str], place: Place, environ: Mapping[str, str], progress: Progress, total: int) -> None:
    log = place.folder / "ivy.log"

    def watch(text: str) -> None:
        if any(word in text for word in _FAULT_WORDS):
            raise of_log("Fetching the jars", log)
        progress.within(_STEP, f"Jars: {text.count('[SUCCESSFUL ]')} of {total} fetched")

    for left in reversed(range(_TRIES)):
        try:
            if run_tool(command, log, environ, watch, place.folder):
                return
            raise of_log("Fetching the jars", log)
        except TryAgain:
            if not left:
                raise
            time.sleep(1)


def _verify(jars: Sequence[Jar], folder: Path, work: Path) -> None:
    for jar in jars:
        file = folder / jar.file_name
        if not file.is_file() or digest(file) != jar.sha256:
            shutil.rmtree(work)
            raise TryAgain(
                f"Fetching the jars: {jar.file_name} is missing or differs from conf/jars/jars.lock, so all were"
                " removed; start again, and if it happens twice, check the mirror."
            )
