"""Linear learners: what they minimise, and that a start is worth its while."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from triage.labelling.linear import solvers as learners
from triage.labelling.linear.solvers import Flags, Floats, LinearModel, fit_linear_model

ROWS, FEATURES, LABELS, C = 300, 40, 3, 0.5
Options = dict[str, Any]


def made() -> tuple[csr_matrix, Flags]:
    """Noisy rows of length 1, of three labels in shares of about 6, 3 and 1."""
    drawn = np.random.default_rng(3)
    centres = drawn.normal(size=(LABELS, FEATURES))
    label = drawn.choice(LABELS, ROWS, p=[0.6, 0.3, 0.1])
    rows = centres[label] + 2 * drawn.normal(size=(ROWS, FEATURES))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return csr_matrix(rows), np.eye(LABELS, dtype=np.bool_)[label]


def objective(model: LinearModel, features: csr_matrix, truth: Flags, balance: float) -> Floats:
    """LinearSVC's own, a label: half the squared length of weights and bias, and C times the squared hinges."""
    share = len(truth) / (LABELS * truth.sum(axis=0))
    costs = np.where(truth, share**balance, 1.0) * C
    short = np.maximum(0, 1 - np.where(truth, 1, -1) * model.logits(features))
    length = (model.weights**2).sum(axis=1) + model.bias**2
    return np.asarray(0.5 * length + (costs * short**2).sum(axis=0))


def fitted(start: LinearModel | None = None, loss: str = "hinge", balance: float = 1.0) -> LinearModel:
    features, truth = made()
    return fit_linear_model(features, truth, loss=loss, c=C, balance=balance, seed=1, start=start)


def disturbed(model: LinearModel) -> LinearModel:
    noise = np.random.default_rng(5).normal(scale=0.05, size=model.weights.shape)
    return LinearModel(model.weights + noise, model.bias)


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("begin", ["what was found", "nearby", "nothing"])
def test_a_start_ends_where_linear_svc_does(begin: str, balance: float) -> None:
    features, truth = made()
    scratch = fitted(balance=balance)
    starts = {
        "what was found": scratch,
        "nearby": disturbed(scratch),
        "nothing": LinearModel(0 * scratch.weights, 0 * scratch.bias),
    }
    improved = fitted(starts[begin], balance=balance)
    expected = objective(scratch, features, truth, balance)
    np.testing.assert_allclose(objective(improved, features, truth, balance), expected, rtol=1e-3)


def test_a_near_start_takes_fewer_iterations(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def counting(*args: Any, **options: Any) -> Any:
        found = minimize(*args, **options)
        taken.append(int(found.nit))
        return found

    monkeypatch.setattr(learners, "minimize", counting)
    scratch = fitted()
    fitted(LinearModel(0 * scratch.weights, 0 * scratch.bias))
    from_nothing = sum(taken)
    taken.clear()
    fitted(scratch)
    assert sum(taken) < from_nothing / 2


@pytest.mark.parametrize("loss", ["hinge", "multinomial"])
def test_equal_input_gives_equal_bytes(loss: str) -> None:
    first, second = fitted(loss=loss), fitted(loss=loss)
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.bias.tobytes() == second.bias.tobytes()


LOSSES = {"hinge": ("hinge", False), "multinomial": ("multinomial", False), "hinge from a start": ("hinge", True)}


def weighted(loss: str, weight: Floats | None, numbers: npt.NDArray[np.int64] | None = None) -> LinearModel:
    features, truth = made()
    rows = np.arange(ROWS) if numbers is None else numbers
    name, started = LOSSES[loss]
    start = LinearModel(np.zeros((LABELS, FEATURES)), np.zeros(LABELS)) if started else None
    return fit_linear_model(
        features[rows], truth[rows], loss=name, c=C, balance=0.5, seed=1, start=start, weight=weight
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_weights_of_one_give_the_same_bytes_as_none(loss: str) -> None:
    one, none = weighted(loss, np.ones(ROWS)), weighted(loss, None)
    assert one.weights.tobytes() == none.weights.tobytes()
    assert one.bias.tobytes() == none.bias.tobytes()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_row_of_weight_three_counts_as_three_rows(loss: str) -> None:
    weight = np.where(np.arange(ROWS) % 7 == 0, 3.0, 1.0)
    once = weighted(loss, weight)
    thrice = weighted(loss, None, np.repeat(np.arange(ROWS), weight.astype(np.int64)))
    np.testing.assert_allclose(once.weights, thrice.weights, atol=0.02)
    features, _ = made()
    same = once.logits(features).argmax(axis=1) == thrice.logits(features).argmax(axis=1)
    assert same.mean() > 0.98


@pytest.mark.parametrize("loss", LOSSES)
def test_rows_of_little_weight_teach_little(loss: str) -> None:
    features, truth = made()
    wrong = np.arange(ROWS) % 2 == 0
    flipped = np.where(wrong[:, None], np.roll(truth, 1, axis=1), truth)
    light = np.where(wrong, 1e-4, 1.0)
    name, started = LOSSES[loss]
    start = LinearModel(np.zeros((LABELS, FEATURES)), np.zeros(LABELS)) if started else None
    told = fit_linear_model(features, flipped, loss=name, c=C, balance=0.0, seed=1, start=start, weight=light)
    alone = fit_linear_model(features[~wrong], truth[~wrong], loss=name, c=C, balance=0.0, seed=1, start=start)
    agree = told.logits(features).argmax(axis=1) == alone.logits(features).argmax(axis=1)
    assert agree.mean() > 0.98


@pytest.mark.parametrize("loss", ["hinge", "multinomial"])
def test_balance_gives_the_rare_label_more_often(loss: str) -> None:
    features, _ = made()
    said = [fitted(loss=loss, balance=b).logits(features).argmax(axis=1) for b in (0.0, 0.5, 1.0)]
    rare = [(labels == 2).sum() for labels in said]
    assert rare[0] <= rare[1] <= rare[2] and rare[0] < rare[2]


@pytest.mark.parametrize("loss", ["hinge", "multinomial"])
def test_a_label_without_rows_is_never_the_best(loss: str) -> None:
    features, truth = made()
    wider = np.column_stack([truth[:, :1], np.zeros(ROWS, dtype=np.bool_), truth[:, 1:]])
    model = fit_linear_model(features, wider, loss=loss, c=C, balance=1.0, seed=1)
    assert model.weights.shape == (LABELS + 1, FEATURES)
    assert not (model.logits(features).argmax(axis=1) == 1).any()


def test_two_labels_mirror_each_other() -> None:
    features, truth = made()
    pair = np.column_stack([truth[:, 0], ~truth[:, 0]])
    model = fit_linear_model(features, pair, loss="multinomial", c=C, balance=0.0, seed=1)
    np.testing.assert_allclose(model.logits(features).sum(axis=1), 0, atol=1e-9)
    assert ((model.logits(features).argmax(axis=1) == 0) == pair[:, 0]).mean() > 0.8


@pytest.mark.parametrize("loss", ["hinge", "multinomial"])
@pytest.mark.parametrize("columns", [0, FEATURES])
def test_rows_of_one_label_or_without_a_term_teach_the_label(loss: str, columns: int) -> None:
    features = made()[0][:, :columns]
    truth = np.tile([False, True, False], (ROWS, 1))
    logits = fit_linear_model(features, truth, loss=loss, c=C, balance=1.0, seed=1).logits(features)
    assert (logits.argmax(axis=1) == 1).all()
