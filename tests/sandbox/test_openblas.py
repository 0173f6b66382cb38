from __future__ import annotations

from pathlib import Path

import pytest

from triage.sandbox.openblas import core_type, openblas_settings

AVX512 = "avx512f avx512cd avx512bw avx512dq avx512vl"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (f"flags\t\t: fpu sse2 {AVX512}\n", {"OPENBLAS_CORETYPE": "SKYLAKEX"}),
        (f"flags\t\t: fpu sse2 {AVX512.removesuffix(' avx512vl')}\n", {}),
        ("", {}),
    ],
    ids=["all of AVX-512", "a part of it", "nothing known"],
)
def test_the_kernels_for_avx_512_are_named_where_the_processor_has_all_of_it(
    flags: str, expected: dict[str, str], tmp_path: Path
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(flags, "ascii")
    assert core_type(cpuinfo) == expected


def test_a_machine_that_does_not_describe_its_processor_gets_the_default(tmp_path: Path) -> None:
    assert core_type(tmp_path / "missing") == {}


def test_products_take_one_thread() -> None:
    assert openblas_settings()["OMP_NUM_THREADS"] == "1"
