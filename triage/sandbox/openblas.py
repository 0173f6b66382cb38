"""How OpenBLAS, which multiplies numpy's matrices, is set in a process.

It reads environment variables when it is loaded.
"""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_SKYLAKEX = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
"""Flags of a processor that runs OpenBLAS's kernels for Skylake-X."""


def openblas_settings() -> dict[str, str]:
    """Environment variables for a process beside others that fill the cores: one thread, and the widest kernels."""
    return {"OMP_NUM_THREADS": "1"} | core_type(_CPUINFO)


@cache
def core_type(cpuinfo: Path) -> dict[str, str]:
    """Names AVX-512 kernels where the processor has AVX-512.

    OpenBLAS chooses them by itself on Intel's processors only.
    """
    with contextlib.suppress(OSError):
        flags = set(cpuinfo.read_text("ascii", "replace").split())
        if flags >= _SKYLAKEX:
            return {"OPENBLAS_CORETYPE": "SKYLAKEX"}
    return {}
