"""Copying a model from an artifact store that may send anything; a real HTTP server on the loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from triage.errors import AccessDeniedError, ConfigError, ModelError, TransientError
from triage.labelling.registry import download as under_test
from triage.labelling.registry.download import download, private_folder

ROUTE = "/api/2.0/mlflow-artifacts/artifacts/1/labels/"
ENDLESS = b"ENDLESS"
PASSWORD = "open-sesame-4711"


class Store(ThreadingHTTPServer):
    """Answers with `files` by name; a name that it lacks gets `status`."""

    files: Mapping[str, bytes]
    status: int = 404
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Store

    def do_GET(self) -> None:
        name = self.path.partition(ROUTE)[2]
        self.server.asked.append(self.path)
        content = self.server.files.get(name)
        self.send_response(self.server.status if content is None else 200)
        self.end_headers()
        if content == ENDLESS:
            while self._sent(b"x" * 2**20):
                pass
        elif content is not None:
            self.wfile.write(content)

    def _sent(self, content: bytes) -> bool:
        try:
            self.wfile.write(content)
        except OSError:
            return False
        return True

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


def manifest(files: Mapping[str, bytes]) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return json.dumps({"form": 1, "files": digests}).encode()


GOOD = {"model.json": b"{}", "sparkml/stages/00_a/metadata/part-00000": b'{"class": "a"}'}


def load(store: Store, folder: Path, digest: str | None = None) -> None:
    host, port = store.server_address[:2]
    known = hashlib.sha256(store.files.get("manifest.json", b"")).hexdigest()
    uri = f"http://{host!s}:{port}{ROUTE}".rstrip("/")
    download(uri, digest or known, folder, f"http://{host!s}:{port}")


def test_the_files_of_the_manifest_are_copied_and_no_listing_is_asked_for(store: Store, tmp_path: Path) -> None:
    store.files = {**GOOD, "manifest.json": manifest(GOOD), "extra.pkl": b"x"}
    load(store, tmp_path)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {*GOOD, "manifest.json"}
    assert store.asked == [f"{ROUTE}{name}" for name in ("manifest.json", *GOOD)]


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "sparkml/../../escaped", "python_model.pkl"])
def test_a_name_that_leads_elsewhere_is_not_asked_for(store: Store, tmp_path: Path, name: str) -> None:
    store.files = {name: b"x", "manifest.json": manifest({name: b"x"})}
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelError):
        load(store, tmp_path / "folder")
    assert store.asked == [f"{ROUTE}manifest.json"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["manifest.json"]


def test_a_manifest_that_is_not_the_registered_one_ends_it(store: Store, tmp_path: Path) -> None:
    store.files = {**GOOD, "manifest.json": manifest(GOOD)}
    with pytest.raises(ModelError, match="not the one that was registered"):
        load(store, tmp_path, "0" * 64)
    assert len(store.asked) == 1


def test_a_changed_file_ends_it(store: Store, tmp_path: Path) -> None:
    store.files = {**GOOD, "model.json": b"{ }", "manifest.json": manifest(GOOD)}
    with pytest.raises(ModelError, match=r"model\.json that the artifact store sent was changed"):
        load(store, tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "model.json"])
def test_a_file_without_end_is_cut_off(
    store: Store, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "MOST_BYTES", 3 * 2**20)
    monkeypatch.setattr(under_test, "MOST_MANIFEST_BYTES", 2 * 2**20)
    store.files = {**GOOD, "manifest.json": manifest(GOOD), name: ENDLESS}
    with pytest.raises(ModelError, match="could not be stored"):
        load(store, tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 5 * 2**20
    (tmp_path / "large").write_bytes(b"x" * 4 * 2**20)  # the bound ends with the download


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, AccessDeniedError), (403, AccessDeniedError), (404, ConfigError), (503, TransientError)],
)
def test_what_a_store_refuses_has_a_named_error_without_the_password(
    store: Store, tmp_path: Path, status: int, fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "night")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    store.files, store.status = {}, status
    with pytest.raises(fault) as raised:
        load(store, tmp_path, "0" * 64)
    assert PASSWORD not in str(raised.value)


def test_a_cache_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    own = private_folder(tmp_path / "own")
    assert own.stat().st_mode & 0o777 == 0o700
    own.chmod(0o777)
    with pytest.raises(ModelError, match="others may write to it"):
        private_folder(own)
    (tmp_path / "link").symlink_to(own)
    with pytest.raises(ModelError):
        private_folder(tmp_path / "link")
