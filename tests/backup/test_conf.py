"""Settings files of a backup: no password of theirs is in it, and they can be read as settings again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from triage.backup.contents.conf import secrets_left_out, store_conf, without_secrets
from triage.backup.contents.store_files import FileStore
from triage.backup.repository.repository import Repository
from triage.config import PROJECT, load_settings

SECRET = "s3cr3t-V4lue"
OWN = f"""\
# Ours.
lake: {{root: /data/lake}}   # the disk
spark:
  options:
    spark.hadoop.fs.s3a.secret.key: {SECRET}
    spark.executor.cores: "2"
    spark.driver.extraJavaOptions: -Dx.trustStorePassword={SECRET} -Da=b
labelling: {{embedding_tokens: 100}}
"""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(f"a.secret: {SECRET}\nb: 1\n", {"b": 1}, id="plain"),
        pytest.param(f'{{PASSWORD: "{SECRET}", b: 1}}\n', {"b": 1}, id="flow, in capitals"),
        pytest.param(f"access_key: |\n  {SECRET}\n  {SECRET}\nb: 1\n", {"b": 1}, id="block"),
        pytest.param(f"tokens: [{SECRET}, x{SECRET}]\nb: 1\n", {"b": 1}, id="list"),
        pytest.param(f"one: &p {SECRET}\npassword: *p\nb: 1\n", {"b": 1}, id="alias"),
        pytest.param(f"password: &p !!str {SECRET}\nb: [1]\n", {"b": [1]}, id="anchor and tag"),
        pytest.param(f"password: {{of: {{db: {SECRET}}}}}\nb: 1\n", {"b": 1}, id="below the name"),
        pytest.param(f"b: 1 # password: {SECRET}\n", {"b": 1}, id="comment"),
        pytest.param(f"#token: {SECRET}\nb: 1\n", {"b": 1}, id="setting that is off"),
        pytest.param(f"b: s3a://A:{SECRET}@bucket/x\n", {"b": "s3a://bucket/x"}, id="URI of an object store"),
        pytest.param(f"b: https://{SECRET}@h/x\n", {"b": "https://h/x"}, id="token of a URI"),
        pytest.param(f"b: [-Dpassword={SECRET}, c]\n", {}, id="option of Java"),
        pytest.param(f"b: https://h/?token={SECRET}&c=d\n", {}, id="query of a URI"),
    ],
)
def test_no_password_is_kept_and_what_is_no_password_is(text: str, kept: dict[str, object]) -> None:
    left, removed = without_secrets(text)
    assert SECRET not in left and removed
    assert yaml.safe_load(left).items() >= kept.items()


@pytest.mark.parametrize(
    "text",
    [
        "password_file: /etc/p\nspark.authenticate.secret.file: /etc/s\nurl_env: X\ntoken_env: Y\n",
        "# password_env: MAIL_PASSWORD\nb: [-Dpassword.file=/etc/p]\n",
        "labelling: {embedding_tokens: 100}\n",
        'a: "# no comment, token: x"\n',
        "tracking_uri: postgresql://mlflow@db/x\nb: mailto:a@b.c\n",
        "password: ''\n",
    ],
)
def test_settings_that_are_no_passwords_stay_byte_for_byte(text: str) -> None:
    assert without_secrets(text) == (text, [])


@pytest.mark.parametrize("name", ["local.yaml", "prod.yaml", "alerts.yaml"])
def test_settings_of_the_project_hold_none(name: str) -> None:
    text = (PROJECT / "conf" / name).read_text(encoding="utf-8")
    assert without_secrets(text) == (text, [])


def test_a_backup_holds_settings_without_passwords_and_says_which_it_leaves_out(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN, encoding="utf-8")
    settings, repository = load_settings([own]), Repository(str(tmp_path / "repository"))
    entries = {entry.path: entry for entry in store_conf(settings, [own], FileStore(repository, None))}
    for entry in entries.values():
        assert SECRET.encode() not in b"".join(repository.get(entry.sha256))
    restored = tmp_path / "restored.yaml"
    restored.write_bytes(b"".join(repository.get(entries["own.yaml"].sha256)))
    assert "# Ours." in restored.read_text(encoding="utf-8")
    again = load_settings([restored])
    assert (again.lake.root, again.labelling.embedding_tokens) == ("/data/lake", 100)
    assert again.spark.options["spark.executor.cores"] == "2"
    (omission,) = secrets_left_out(settings, [own])
    assert omission.what == "passwords of own.yaml: spark.options.spark.hadoop.fs.s3a.secret.key, a value"
    assert omission.sha256 and SECRET not in omission.model_dump_json()


def test_the_policy_is_kept_as_it_is_though_secret_is_a_category(tmp_path: Path) -> None:
    settings, repository = load_settings(), Repository(str(tmp_path / "repository"))
    entries = {entry.path: entry for entry in store_conf(settings, [], FileStore(repository, None))}
    policy = (PROJECT / "conf" / "privacy.yaml").read_bytes()
    assert b"".join(repository.get(entries["privacy.yaml"].sha256)) == policy and b"SECRET: mask" in policy
    assert not list(secrets_left_out(settings, []))
