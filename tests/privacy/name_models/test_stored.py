"""A name model is read only where its weights are those that its card names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from triage.errors import PrivacyError
from triage.privacy.name_models.stored import read_card, read_weights, shipped_models, write_model

CARD: dict[str, Any] = {
    "form": 1, "languages": ["de"], "seed": 1, "epochs": 2, "texts": 3, "recall_bias": {"de": 0.5, "it": 2, "nl": 1}, "corpora": [], "figures": {},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path / "small", {"0.W": np.asarray([[1.5, -2.0]], np.float32)}, CARD)
    return tmp_path


def test_it_comes_back(folder: Path) -> None:
    assert read_weights("small", folder)["0.W"].tolist() == [[1.5, -2.0]]
    card = read_card("small", folder)
    assert [card.bias_of(language) for language in ("de", "nb")] == [0.5, 1]


def test_changed_weights_are_refused(folder: Path) -> None:
    path = folder / "small" / "weights.npz"
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    with pytest.raises(PrivacyError, match="not those that its card names"):
        read_weights("small", folder)


def test_pickles_are_refused(folder: Path) -> None:
    path = folder / "small" / "weights.npz"
    np.savez(path, allow_pickle=True, bad=np.asarray([{"a": 1}], object))
    card = folder / "small" / "card.json"
    digest = read_card("small", folder).weights_sha256
    card.write_text(card.read_text().replace(digest, hashlib.sha256(path.read_bytes()).hexdigest()))
    with pytest.raises(PrivacyError, match="cannot be read"):
        read_weights("small", folder)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"form": 1, "unknown": 2}'], ids=["empty", "no keys", "list", "unknown"]
)
def test_a_broken_card_is_named(folder: Path, content: str) -> None:
    (folder / "small" / "card.json").write_text(content)
    with pytest.raises(PrivacyError, match="card cannot be read") as error:
        read_card("small", folder)
    assert "card.json" in str(error.value)


def test_another_form_is_refused(folder: Path) -> None:
    card = folder / "small" / "card.json"
    card.write_text(card.read_text().replace('"form": 1', '"form": 2'))
    with pytest.raises(PrivacyError, match="form 2, and this version reads form 1"):
        read_weights("small", folder)


def test_each_shipped_model_says_where_it_comes_from() -> None:
    assert shipped_models()
    for name in shipped_models():
        card = read_card(name)
        assert all({"licence", "attribution", "sentences"} <= corpus.keys() for corpus in card.corpora)
        assert not any("NC" in corpus["licence"] or "research" in corpus["licence"].lower() for corpus in card.corpora)
        assert card.figures
