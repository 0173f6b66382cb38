"""The patterns of personal data, compiled once at set-up, so that the first process that needs them starts faster."""

from __future__ import annotations

from collections.abc import Mapping

from triage.environment.launch import job_environment
from triage.environment.options import CommandLine
from triage.environment.place import Place
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import run_tool

_STEP = 2
_COMPILE = "from triage.privacy.recognizers.registry import PATTERN_SETS; [each.prefilter for each in PATTERN_SETS]"


def compile_patterns(place: Place, environ: Mapping[str, str], progress: Progress) -> None:
    """Stores them where every process looks; a failure is logged, and detection starts slower."""
    progress.step(_STEP, "Python packages: compiling the patterns of personal data")
    log = place.folder / "patterns.log"
    command = [str(place.python), "-c", _COMPILE]
    variables = job_environment(place, CommandLine((), "setup", ()), environ)
    if not run_tool(command, log, variables, lambda _: None, place.project):
        progress.step(_STEP, f"Python packages: the patterns were not compiled, see {log}; detection starts slower")
