"""The leases that this process holds: checked before each write, and told to the JVM, which checks each commit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from triage.errors import TransientError, TriageError
from triage.lake.locks.lease.object_lease import ObjectLease, lost
from triage.lake.locks.lease.renewal import renewed

DEADLINE = "triage.lease.until"
"""Property of the JVM: seconds on `lease_clock` after which no commit is made; absent without a lease."""

_NOT_COMMITTED = "triage.lease:"
"""Begins what the JVM says of a commit that it did not make (triage/spark/ConditionalLogStore.java)."""

_leases: list[tuple[str, ObjectLease]] = []
_alone = threading.Lock()


@contextmanager
def held(root: str, lease: ObjectLease, seconds: float) -> Iterator[None]:
    """Keeps an acquired lease of the lake at `root` while the block runs, then releases it.

    Where it is lost meanwhile, Spark's jobs are cancelled and whatever ends the block ends as TransientError: what
    was cancelled fails with errors of all kinds.
    """
    with _alone:
        _leases.append((root, lease))
    try:
        with renewed(lease, seconds, _tell_jvm, _stop_spark):
            yield
    except TransientError:
        raise
    except Exception as fault:
        lease.validate()
        if _NOT_COMMITTED in str(fault):
            raise lost(root) from None
        raise
    finally:
        with _alone:
            _leases.remove((root, lease))
        _tell_jvm()
        with suppress(TriageError):  # it expires
            lease.release()


def validate_leases(root: str) -> None:
    """To be called before each write to the lake: raises TransientError where a lease of it was lost."""
    own = [lease for at, lease in tuple(_leases) if at == root]
    for lease in own:
        lease.validate()
    if own:
        _tell_jvm()


def _tell_jvm() -> None:
    """The moment at which the first of the held leases ends; nothing where no JVM runs."""
    context = _spark_context()
    if context is None:
        return
    ends = [lease.valid_until for _, lease in tuple(_leases)]
    with suppress(Exception):  # a JVM that does not answer commits nothing, either
        system = context._jvm.java.lang.System
        if ends:
            system.setProperty(DEADLINE, str(min(ends)))
        else:
            system.clearProperty(DEADLINE)


def _stop_spark() -> None:
    _tell_jvm()
    context = _spark_context()
    if context is not None:
        with suppress(Exception):
            context.cancelAllJobs()


def _spark_context() -> Any:
    pyspark = sys.modules.get("pyspark")
    return pyspark.SparkContext._active_spark_context if pyspark else None
