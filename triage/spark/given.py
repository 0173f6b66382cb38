"""Options that Spark was given outside the settings: on the command line, and in its own file of defaults."""

from __future__ import annotations

import os
import re
import shlex
from itertools import pairwise
from pathlib import Path

from triage.environment.options import SETTINGS

_LONG_FORMS = SETTINGS | {"--jars": "spark.jars"}
_LINE = re.compile(r"\s*(?P<key>[^\s=:#!]+)\s*[=:\s]\s*(?P<value>.*?)\s*")


def options_of_command_line() -> dict[str, str]:
    """Options that spark-submit's own arguments set for this process."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # the JVM runs already, with all that it was given
        from pyspark import SparkConf, SparkContext

        SparkContext._ensure_initialized()
        return dict(SparkConf().getAll())
    words = list(pairwise(_words()))
    settings = (value.partition("=") for option, value in words if option in ("--conf", "-c"))
    long_forms = {_LONG_FORMS[option]: value for option, value in words if option in _LONG_FORMS}
    return {key: value for key, _, value in settings} | long_forms


def options_of_defaults_file() -> dict[str, str]:
    """Options of the file that spark-submit reads: `--properties-file`, else spark-defaults.conf. Empty without one."""
    named = [Path(value) for option, value in pairwise(_words()) if option == "--properties-file"]
    folders = [os.environ.get("SPARK_CONF_DIR"), os.environ.get("SPARK_HOME") and f"{os.environ['SPARK_HOME']}/conf"]
    usual = [Path(folder) / "spark-defaults.conf" for folder in folders if folder]
    file = next((path for path in [*named, *usual] if path.is_file()), None)
    if file is None:
        return {}
    lines = (_LINE.fullmatch(line) for line in file.read_text("utf-8", "replace").splitlines())
    return {line["key"]: line["value"] for line in lines if line}


def _words() -> list[str]:
    return shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
