"""Label noise: estimated from probabilities of rows whose noise is known."""

from __future__ import annotations

import numpy as np
import pytest

from triage.labelling.data.label_noise import label_noise, noise_warning

LABELS = ("a", "b", "c", "d")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
def test_planted_noise_is_found(share: float) -> None:
    random = np.random.default_rng(1)
    truth = random.integers(4, size=4000)
    logits = random.normal(size=(4000, 4)) + 4 * np.eye(4)[truth]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = random.random(4000) < share
    given = np.where(wrong, (truth + random.integers(1, 4, size=4000)) % 4, truth)
    noise = label_noise(probabilities, [LABELS[g] for g in given], LABELS)
    assert noise.share == pytest.approx(share, abs=0.04)
    assert (noise_warning(noise) or "").startswith("VERY NOISY") == (share == 0.4)
    assert noise.rows == 4000 and set(noise.by_label) == set(LABELS)


def test_nothing_to_say_of_no_rows() -> None:
    noise = label_noise(np.zeros((0, 4)), [], LABELS)
    assert (noise.share, noise.by_label, noise_warning(noise)) == (0.0, {}, None)
