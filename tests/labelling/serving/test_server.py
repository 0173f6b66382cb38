"""What is given to MLflow's server: a checked copy of the registered files, whatever becomes of them later."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from triage.config import Settings, load_settings
from triage.errors import ConfigError, ModelError
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.serving import copies, server

FLAVORS: dict[str, dict[str, Any]] = {
    "python_function": {"loader_module": "triage.labelling.serving", "env": {"virtualenv": "python_env.yaml"}},
    "spark": {"model_data": "sparkml", "code": None},
}


class Registry:
    """Records one version, with the digest that its manifest has when it is made."""

    def __init__(self, folder: Path, single: str | None = None) -> None:
        self.folder, self.digest, self.single = folder, write_manifest(folder), single

    def version_of(self, _name: str, _alias: str) -> str:
        return "7"

    def champion_version(self, name: str) -> str | None:
        """One head may have a model of its own."""
        return "3" if name == self.single else None

    def read(self, _name: str, _version: str, reader: Callable[[Path, str], Any]) -> Any:
        return reader(self.folder, self.digest)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}"])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "sparkml").mkdir(parents=True)
    (folder / "sparkml" / "part-0").write_text("{}")
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": FLAVORS}))
    return folder


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that are served; nothing listens."""
    found: list[Path] = []
    monkeypatch.setattr(server, "engine_of", lambda *_: lambda _: ())
    monkeypatch.setattr(server, "_answer", lambda folder, *_: found.append(folder))
    return found


def evil(model: Path) -> None:
    """A loader of its own, as MLflow would import it from the folder that `code` names."""
    (model / "code").mkdir()
    text = f"open({str(model.parent / 'marker')!r}, 'w')\ndef _load_pyfunc(path): ...\n"
    (model / "code" / "evil.py").write_text(text)
    loader = FLAVORS["python_function"] | {"loader_module": "evil", "code": "code"}
    (model / "MLmodel").write_text(yaml.safe_dump({"flavors": FLAVORS | {"python_function": loader}}))


def evil_loader_alone(model: Path) -> None:
    loader = FLAVORS["python_function"] | {"loader_module": "evil"}
    (model / "MLmodel").write_text(yaml.safe_dump({"flavors": FLAVORS | {"python_function": loader}}))


def link(model: Path) -> None:
    (model / "sparkml" / "part-1").symlink_to("/etc/passwd")


@pytest.mark.parametrize("is_signed", [True, False], ids=["signed again", "not signed"])
@pytest.mark.parametrize("attack", [evil, evil_loader_alone])
def test_a_swapped_loader_is_not_started(
    attack: Callable[[Path], None],
    is_signed: bool,
    model: Path,
    settings: Settings,
    answered: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = Registry(model)
    attack(model)
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: Registry(model) if is_signed else registry)
    with pytest.raises(ModelError):
        server.serve(settings, "champion", "127.0.0.1", 0)
    assert answered == []
    assert not (model.parent / "marker").exists()


def test_a_link_is_not_started(
    model: Path, settings: Settings, answered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(model)
    link(model)
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: registry)
    with pytest.raises(ModelError, match="is a link"):
        server.serve(settings, "champion", "127.0.0.1", 0)
    assert answered == []


@pytest.mark.parametrize("master", ["local[*]", "spark://master:7077"], ids=["local", "cluster"])
def test_what_is_served_does_not_change_with_the_registrys_files(
    master: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", f"spark.master={master}"])
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "pyspark-shell")
    registry = Registry(model)
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: registry)
    with copies.served_folder(settings) as folder:
        copied = copies.copy_version(settings, "champion", folder)
        evil(model)
        assert yaml.safe_load((folder / "MLmodel").read_text()) == {"flavors": FLAVORS}
        assert not (folder / "code").exists()
        assert folder.parent.stat().st_mode & 0o022 == 0
        assert copied == ("triage-labels", folder, "7", registry.digest)
        assert folder.is_relative_to(tmp_path / "lake.mlflow") is master.startswith("spark:")
    assert not folder.parent.exists()


def test_a_head_with_a_model_of_its_own_is_copied_beside_and_checked(
    model: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(model, "triage-labels-priority")
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: registry)
    found = copies.copy_single_heads(settings, tmp_path / "labels")
    beside = tmp_path / "labels-priority"
    assert found == {"priority": ("triage-labels-priority", beside, "3", registry.digest)}
    assert (beside / "sparkml" / "part-0").read_text() == "{}"
    evil(model)
    with pytest.raises(ModelError):
        copies.copy_single_heads(settings, tmp_path / "again")


def test_an_address_is_taken_before_a_model_is_loaded() -> None:
    with server.bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError, match="cannot listen there"), server.bound("127.0.0.1", port):
            pass


def test_it_runs_until_the_server_ends_and_leaves_no_copy(
    model: Path, settings: Settings, answered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: Registry(model))
    assert server.serve(settings, "champion", "127.0.0.1", 0) == 0
    [folder] = answered
    assert folder.name == "labels"
    assert not folder.parent.exists()


def test_without_a_champion_nothing_is_served(
    model: Path, settings: Settings, answered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Registry, "version_of", lambda *_: None)
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: Registry(model))
    with pytest.raises(ModelError, match="No version has the alias champion"):
        server.serve(settings, "champion", "127.0.0.1", 0)
    assert answered == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_while_a_model_loads_ends_it(
    number: int, model: Path, settings: Settings, answered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "ModelRegistry", lambda _: Registry(model))
    monkeypatch.setattr(server, "engine_of", lambda *_: signal.raise_signal(number))
    before = signal.getsignal(number)
    assert server.serve(settings, "champion", "127.0.0.1", 0) == 0
    assert answered == []
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("host", "port"),
    [
        pytest.param("192.0.2.1", 0, id="an address of another machine"),
        pytest.param("no such host", 0, id="no address"),
        pytest.param("127.0.0.1", 70_000, id="no port"),
    ],
)
def test_where_it_cannot_listen_is_told(host: str, port: int, settings: Settings) -> None:
    with pytest.raises(ConfigError, match="cannot listen there"):
        server.serve(settings, "champion", host, port)


def test_a_taken_port_is_told(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"\[127\.0\.0\.1:{port}\]"):
            server.serve(settings, "champion", "127.0.0.1", port)
