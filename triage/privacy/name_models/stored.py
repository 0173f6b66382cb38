"""Reads and writes a name model: arrays without pickles, and a card that holds their SHA-256."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from triage.errors import PrivacyError
from triage.paths import file_digest

FOLDER = Path(__file__).parent / "data"
_WEIGHTS, _CARD = "weights.npz", "card.json"
FORM = 1
"""Version of the network's shape and of the features of a word; weights of another one cannot be used."""
_STORED = np.float16

Floats = npt.NDArray[np.float32]


class Card(BaseModel):
    """What a model was made from and what it is worth; written by jobs/train_names.py."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: int
    """Version of the network's shape and of the features of a word."""
    languages: tuple[str, ...]
    """ISO 639-1 codes of the languages that it was trained on."""
    weights_sha256: str
    seed: int
    epochs: int
    texts: int
    recall_bias: Mapping[str, float]
    """By language, what is added to the scores that begin a person, so that fewer are missed."""
    corpora: tuple[Mapping[str, Any], ...]
    """Path, licence, attribution and number of sentences of each."""
    figures: Mapping[str, Any]
    """By corpus: persons in the part held back, the share found, and the share of other letters taken for names."""

    def bias_of(self, language: str) -> float:
        """The bias of a language; of one that the model was not trained on, the middle of all."""
        return self.recall_bias.get(language, median(self.recall_bias.values() or [0.0]))


def shipped_models() -> frozenset[str]:
    """The names of all models, as `ner` in the privacy policy may give them."""
    return frozenset(card.parent.name for card in FOLDER.glob(f"*/{_CARD}"))


def read_card(name: str, folder: Path = FOLDER) -> Card:
    """A model's card. Raises PrivacyError where it is missing or broken."""
    path = folder / name / _CARD
    try:
        return Card.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise invalid_model("its card cannot be read", path) from None


def check_model(name: str, folder: Path = FOLDER) -> None:
    """Raises PrivacyError unless a model can be used here: its form is known, and its weights are those of its card."""
    path, card = folder / name / _WEIGHTS, read_card(name, folder)
    if card.form != FORM:
        raise invalid_model(f"it has form {card.form}, and this version reads form {FORM}", folder / name / _CARD)
    try:
        digest = file_digest(path)
    except OSError:
        raise invalid_model("its weights cannot be read", path) from None
    if digest != card.weights_sha256:
        raise invalid_model("its weights are not those that its card names", path)


def read_weights(name: str, folder: Path = FOLDER) -> dict[str, Floats]:
    """A model's arrays by name. Raises PrivacyError where `check_model` does."""
    check_model(name, folder)
    path = folder / name / _WEIGHTS
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {key: arrays[key].astype(np.float32) for key in arrays.files}
    except (OSError, ValueError):
        raise invalid_model("its weights cannot be read", path) from None


def as_stored(arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """The arrays as they are after writing and reading, so that what is measured is what will be used."""
    return {key: array.astype(_STORED).astype(np.float32) for key, array in arrays.items()}


def write_model(folder: Path, arrays: Mapping[str, Floats], card: Mapping[str, Any]) -> None:
    """Writes weights, in half precision, and the card with their digest into a folder. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _WEIGHTS
    halves: dict[str, Any] = {key: array.astype(_STORED) for key, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **halves)
    whole = Card.model_validate({**card, "weights_sha256": file_digest(path)})
    text = json.dumps(whole.model_dump(mode="json"), indent=1, ensure_ascii=False, sort_keys=True)
    (folder / _CARD).write_text(text + "\n", "utf-8")


def invalid_model(what: str, path: Path) -> PrivacyError:
    """The error for a model that cannot be used."""
    return PrivacyError(
        f"A name model is not valid: {what}.",
        where=str(path),
        remedy="Restore the file from the project, or train it again with jobs/train_names.py.",
    )
