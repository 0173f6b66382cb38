from __future__ import annotations

import errno
import pickle
from collections.abc import Callable

import pytest

from triage.cli import run_job
from triage.errors import ConfigError, PrivacyError, TransientError, TriageError


def raises(fault: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise fault

    return main


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ConfigError("wrong"), 2),
        (PrivacyError("nothing was published"), 1),
        (TransientError("another run"), 75),
        (OSError(errno.ENOSPC, "No space left on device"), 75),
        (ValueError("row value"), 1),
        (KeyboardInterrupt(), 130),
    ],
    ids=["configuration", "privacy", "transient", "disk full", "unforeseen", "interrupted"],
)
def test_exit_codes(fault: BaseException, code: int) -> None:
    assert run_job(raises(fault)) == code


def test_success_is_zero() -> None:
    assert run_job(lambda: None) == 0


def test_an_unforeseen_error_is_printed_with_its_place_and_not_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_job(raises(ValueError("Jane Roe, 555-0100")))
    output = capsys.readouterr()
    assert "ValueError" in output.err
    assert "test_cli.py" in output.err
    assert "Jane" not in output.err + output.out


def test_faults_survive_a_process_border() -> None:
    fault = pickle.loads(pickle.dumps(PrivacyError("what", where="key", remedy="Do.")))
    assert isinstance(fault, PrivacyError)
    assert (fault.what, fault.where, fault.remedy, str(fault)) == ("what", "key", "Do.", "what [key] Do.")


def test_every_fault_has_one_root() -> None:
    assert issubclass(TransientError, TriageError)
