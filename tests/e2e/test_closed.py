"""What others see of a run on one machine: no key anywhere, no port beyond the loopback, no frightening word."""

from __future__ import annotations

import base64
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.lakes import SECRET, FirstRun
from tests.persons import places
from triage.privacy.pseudonyms.keys import keys_from_secret

pytestmark = pytest.mark.slow

KEYS = keys_from_secret(bytes.fromhex(SECRET))


def written(key: bytes) -> set[bytes]:
    """A key in each form in which it could stand somewhere."""
    coded = {base64.b64encode(key), base64.urlsafe_b64encode(key), key.hex().encode(), key.hex().upper().encode()}
    return {key, repr(key)[2:-1].encode(), *(form.rstrip(b"=") for form in coded)}


FORMS = {form for key in (bytes.fromhex(SECRET), KEYS.token_key, KEYS.vault_key) for form in written(key)}


def holds_key(data: bytes) -> bool:
    return any(form in data for form in FORMS)


def test_a_key_is_found_where_it_stands() -> None:
    assert all(holds_key(b"x" + form + b"y") for form in FORMS)
    assert holds_key(repr([{"sealed": KEYS.vault_key}]).encode())


def test_no_argument_of_a_process_holds_the_key(first_run: FirstRun) -> None:
    commands = "\n".join(first_run.seen.commands)
    assert "org.apache.spark.deploy.SparkSubmit" in commands and "triage.spark.worker_daemon" in commands
    assert not holds_key(commands.encode())


def test_no_port_is_open_beyond_the_loopback(first_run: FirstRun) -> None:
    addresses = {(ip_address(address), program) for address, program in first_run.seen.listening}
    assert any(program == "java" for _, program in addresses), "the driver's port was not seen"
    mapped = {(getattr(address, "ipv4_mapped", None) or address, program) for address, program in addresses}
    assert [each for each in mapped if not each[0].is_loopback] == []


def test_no_file_of_the_lake_its_models_and_reports_holds_the_key(first_run: FirstRun) -> None:
    looked = {name: holds_key(data) for name, data in places(first_run.lake.root, bytes.fromhex(SECRET))}
    assert {name.split("/")[0] for name in looked} == {"lake", "lake.mlflow", "lake.reports"}
    assert [name for name, found in looked.items() if found] == []


def test_nothing_is_printed_of_keys_and_wires(first_run: FirstRun) -> None:
    assert not holds_key(first_run.stderr.encode())
    assert "WARN" not in first_run.stderr and "wire" not in first_run.stderr
    assert "Unsafe" not in first_run.stderr
    assert Path(f"{first_run.lake.root}.keys").exists() is False
