"""Commits on S3 by conditional writes: the class that Delta calls, compiled when a session for a lake on S3 starts.

Java is needed because Delta's log store is a class of the JVM. Spark brings a compiler (Janino), with which it compiles
its queries, so that no binary of ours has to be shipped, and no JDK is asked for.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

_SOURCE = Path(__file__).with_name("ConditionalLogStore.java")
_CLASS = "triage.ConditionalLogStore"
_SCHEME = "s3a://"


def log_store_options(root: str) -> dict[str, str]:
    """Spark's options by which Delta commits to the lake at `root`; none where its own way is right."""
    return {"spark.delta.logStore.s3a.impl": _CLASS} if root.startswith(_SCHEME) else {}


def install_log_store(spark: SparkSession, root: str) -> None:
    """Makes the class known to the driver, which alone commits; once for each JVM."""
    if not root.startswith(_SCHEME):
        return
    jvm: Any = spark._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    if _is_loaded(loader):
        return
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(loader)
    compiler.cook(_SOURCE.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for name, code in dict(compiler.getBytecodes()).items():
            file = Path(folder) / f"{name.replace('.', '/')}.class"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(code)
        loader.addURL(jvm.java.io.File(folder).toURI().toURL())
        loader.loadClass(_CLASS)


def _is_loaded(loader: Any) -> bool:
    from py4j.protocol import Py4JJavaError

    try:
        loader.loadClass(_CLASS)
    except Py4JJavaError:
        return False
    return True
