"""The only place that builds a Spark session; each option stands with its reason."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

from triage.config import PROJECT, Settings
from triage.errors import ConfigError
from triage.spark.driver_memory import RETENTION
from triage.spark.given import options_of_command_line
from triage.spark.hardening import LOOPBACK, SECRET_OPTION, hardened, is_local_master, master_of, validate_spark
from triage.spark.log_store import install_log_store, log_store_options
from triage.telemetry.log_format import is_json

JARS = "TRIAGE_JARS"
"""Environment variable with the folder of the Delta and Spark NLP jars; set by spark-submit.sh."""


CLASSES = "TRIAGE_CLASSES"
"""Environment variable with the archive of Spark's classes (triage.spark.class_archive); set by spark-submit.sh where
there is one."""

_COLLECTOR = "-XX:+UseParallelGC"
"""Nobody waits for an answer of a batch job: this collector pauses longer and costs less (labels: a tenth of their
time)."""

_COMPILER = " ".join(
    f"-XX:Tier4{name}={number}"
    for name, number in (
        ("InvocationThreshold", 50_000),
        ("MinInvocationThreshold", 6_000),
        ("CompileThreshold", 150_000),
        ("BackEdgeThreshold", 400_000),
    )
)
"""Ten times the JVM's own numbers of calls before its second compiler works on a method: planning queries calls much
code now and then, and compiling it took a fifth of all processor time over 10,000 mails."""

_FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1"
"""For a run of few mails, which ends before the second compiler has earned its time (1,000 mails: 13 of 114 CPU
seconds)."""

SMALL_RUN_BYTES = 8 * 2**20
"""Bytes of exports up to which a run is small: some 2,000 to 5,000 mails."""

_ARCHIVED_JARS = ("delta-spark_*.jar", "delta-storage-*.jar")
"""What stands on the driver's own class path, because only its classes can be archived; nothing in it is Spark's,
too."""


def spark_session(settings: Settings, name: str = "triage", *, is_small: bool = False) -> SparkSession:
    """The session of this process, made on first use.

    `is_small` is for a run of few mails: the session is soon at work, but slower with many.
    What the command line gave (spark-submit's own options) wins over the settings, and these over the defaults.
    Raises ConfigError when the jars are missing, and in production for options that are unsafe.
    """
    validate_spark(settings)
    given, master = options_of_command_line(), master_of(settings)
    defaults = {"spark.app.name": name, "spark.master": master} | _defaults(is_small) | hardened(master)
    wanted = defaults | log_store_options(settings.lake.root) | settings.spark.options
    options = {key: value for key, value in wanted.items() if key not in given}
    if is_local_master(master):
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)  # where the user interface would listen, if it is on
    _start_jvm(options)
    spark = SparkSession.builder.config(map={**options}).getOrCreate()
    install_log_store(spark, settings.lake.root)
    spark.sparkContext.setLogLevel("ERROR")  # WARN lines of Spark and Delta may quote plans and paths
    return spark


def _start_jvm(options: dict[str, str]) -> None:
    """Starts the JVM without the options that are passwords: pyspark passes options as arguments, which `ps` shows."""
    shown = {key: value for key, value in options.items() if not SECRET_OPTION.search(key)}
    SparkContext._ensure_initialized(conf=SparkConf(loadDefaults=False).setAll(list(shown.items())))


def _defaults(is_small: bool) -> dict[str, str]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers miss the packages of another Python
    return {
        "spark.jars": _jars(),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",  # Spark NLP asks for it
        "spark.kryoserializer.buffer.max": "1g",  # a mail of stored_bytes must fit
        "spark.hadoop.fs.defaultFS": "file:///",  # a path without a scheme is on this machine, for delta-rs, too
        "spark.driver.memory": "4g",
        "spark.driver.extraJavaOptions": java_options(os.environ.get(CLASSES), is_small=is_small),
        "spark.driver.extraClassPath": _archived_jars(),
        "spark.executor.extraJavaOptions": f"{_COLLECTOR} {_COMPILER}",
        "spark.executorEnv.PYTHONPATH": str(PROJECT),  # workers import triage
        "spark.python.daemon.module": "triage.spark.worker_daemon",
        "spark.sql.session.timeZone": "UTC",  # dates mean the same on every machine
        "spark.sql.shuffle.partitions": "8",  # small data a batch; AQE joins what is still too small
        "spark.sql.adaptive.coalescePartitions.minPartitionSize": "4m",
        "spark.databricks.delta.snapshotPartitions": "2",  # 50 tasks to read a log of a few commits cost a second
        "spark.databricks.delta.stats.collect": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",  # a batch of mails at their size limit must fit a worker
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        # to read a sealed mail of 50 MB takes Parquet's Snappy 16 s of copying
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.debug.maxToStringFields": "0",  # plans in errors name no columns' content
        "spark.ui.showConsoleProgress": "false",  # the jobs show their own
        "spark.jsl.settings.onnx.intraOpNumThreads": "1",  # tasks already fill the cores
        "spark.sql.warehouse.dir": _warehouse(),
        **RETENTION,
    }


def compile_queries(spark: SparkSession, is_worth_it: bool) -> None:
    """Whether Spark compiles queries to bytecode or interprets them; the rows are the same.

    A run has a hundred queries. To compile them costs 11 seconds of a core, to interpret them 0.2 ms a mail.
    """
    spark.conf.set("spark.sql.codegen.wholeStage", str(is_worth_it).lower())
    spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if is_worth_it else "NO_CODEGEN")


def _warehouse() -> str:
    """Spark wants a folder for databases; ours only name tables that lie in the lake."""
    return str(Path(tempfile.gettempdir()) / f"triage-warehouse-{os.getuid()}")


def java_options(classes: str | None = None, *, is_small: bool = False) -> str:
    """The driver's options, with an archive of classes if there is one.

    Spark's own log goes by conf/log4j2.properties.
    """
    options = [
        _COLLECTOR,
        _FIRST_COMPILER_ONLY if is_small else _COMPILER,
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
        *([f"'-Djava.io.tmpdir={os.environ['TMPDIR']}'"] if os.environ.get("TMPDIR") else []),
    ]
    if "SPARK_CONF_DIR" not in os.environ:
        options.append(f"'-Dlog4j2.configurationFile={_log_configuration()}'")
    return " ".join([*options, *([f"'-XX:SharedArchiveFile={classes}'"] if classes else [])])


def _log_configuration() -> str:
    """Files of Log4j, the later laid over the earlier."""
    names = ["log4j2.properties", *(["log4j2-json.properties"] if is_json() else [])]
    return ",".join((PROJECT / "conf" / name).as_uri() for name in names)


def _archived_jars() -> str:
    folder = Path(os.environ.get(JARS, "."))
    return os.pathsep.join(str(jar) for pattern in _ARCHIVED_JARS for jar in sorted(folder.glob(pattern)))


def _jars() -> str:
    folder = os.environ.get(JARS)
    jars = sorted(Path(folder).glob("*.jar")) if folder else []
    if not jars:
        raise ConfigError(
            "The folder with Spark's extra jars is not known or empty.",
            where=JARS,
            remedy="Start the job with ./spark-submit.sh, which fetches them.",
        )
    return ",".join(f"local:{jar}" for jar in jars)  # `local:` loads them in place instead of copying 400 MB
