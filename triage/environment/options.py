"""The command line of spark-submit.sh: Spark's options, then what to run, then what belongs to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triage.environment.faults import UnsuitableMachine

TARGETS = ("docs", "notebook", "setup", "tests")
"""What stands in a job's place and is no job."""

# Options that have a setting of the same meaning are passed on as that setting, so that the session sees one form only.
SETTINGS = {
    "--master": "spark.master",
    "--name": "spark.app.name",
    "--driver-memory": "spark.driver.memory",
    "--driver-cores": "spark.driver.cores",
    "--driver-java-options": "spark.driver.extraJavaOptions",
    "--driver-class-path": "spark.driver.extraClassPath",
    "--driver-library-path": "spark.driver.extraLibraryPath",
    "--executor-memory": "spark.executor.memory",
    "--executor-cores": "spark.executor.cores",
    "--num-executors": "spark.executor.instances",
    "--total-executor-cores": "spark.cores.max",
    "--files": "spark.files",
    "--archives": "spark.archives",
    "--py-files": "spark.submit.pyFiles",
    "--queue": "spark.yarn.queue",
    "--principal": "spark.kerberos.principal",
    "--keytab": "spark.kerberos.keytab",
}
_VALUED = frozenset({"--deploy-mode", "--properties-file", "--proxy-user"})
_FLAGS = frozenset({"--verbose", "-v", "--supervise"})
# Not --conf, --name or --files, which a job may well have itself.
_SPARK_ONLY = frozenset(SETTINGS) - {"--name", "--files", "--queue", "--archives"} | {"--deploy-mode"}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`spark` goes to spark-submit; `target` is a job or one of TARGETS, or "" if none was named."""

    spark: tuple[str, ...]
    target: str
    arguments: tuple[str, ...]
    wants_help: bool = False
    on_cluster: bool = False


def parse(words: Sequence[str]) -> CommandLine:
    """Splits the command line at the first word that is no option. Raises UnsuitableMachine on a wrong option."""
    spark: list[str] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option, _, value = rest.pop(0).partition("=")
        if option in ("-h", "--help"):
            return CommandLine((), "", (), wants_help=True)
        spark += [option] if option in _FLAGS else _valued(option, value or _next(option, rest))
    target, arguments = (rest[0], tuple(rest[1:])) if rest else ("", ())
    if target not in TARGETS:
        _check_order(arguments)
    return CommandLine(tuple(spark), target, arguments, on_cluster="cluster" in _deploy_modes(spark))


def _next(option: str, rest: list[str]) -> str:
    if option not in SETTINGS and option not in _VALUED and option not in ("--conf", "-c"):
        raise UnsuitableMachine(
            f"{option} is no Spark option known here; options of a job come after its name,"
            " other Spark settings as --conf K=V."
        )
    if not rest:
        raise UnsuitableMachine(f"{option} needs a value.")
    return rest.pop(0)


def _valued(option: str, value: str) -> list[str]:
    if option in ("--conf", "-c"):
        if "=" not in value:
            raise UnsuitableMachine(
                f"--conf before the job's name sets a Spark option and needs KEY=VALUE, not {value!r}."
            )
        return ["--conf", value]
    if option in SETTINGS:
        return ["--conf", f"{SETTINGS[option]}={value}"]
    if option in _VALUED:
        return [option, value]
    raise UnsuitableMachine(f"{option} is no Spark option known here; options of a job come after its name.")


def _check_order(arguments: Sequence[str]) -> None:
    for word in arguments:
        if word.partition("=")[0] in _SPARK_ONLY:
            raise UnsuitableMachine(f"{word} is an option of Spark: put it before the job's name.")


def _deploy_modes(spark: Sequence[str]) -> set[str]:
    by_option = {value for option, value in pairwise(spark) if option == "--deploy-mode"}
    key = "spark.submit.deployMode="
    return by_option | {word.removeprefix(key) for word in spark if word.startswith(key)}
