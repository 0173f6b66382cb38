from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from tests.labelling.bert_reference import hidden_states
from triage.labelling.embeddings.bert_graph import OPSET, bert_model
from triage.labelling.embeddings.bert_shape import INPUTS, OUTPUT, BertShape

SHAPE = BertShape(layers=2, heads=2, width=8, epsilon=1e-12)
WORDS, POSITIONS, WIDE = 30, 12, 16


def tiny_tensors(seed: int = 3) -> dict[str, npt.NDArray[np.float32]]:
    draw = np.random.default_rng(seed)
    width = SHAPE.width
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (WORDS, width),
        "embeddings.position_embeddings.weight": (POSITIONS, width),
        "embeddings.token_type_embeddings.weight": (2, width),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(SHAPE.layers):
        name = f"encoder.layer.{layer}"
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
        dense = {f"attention.self.{part}": (width, width) for part in ("query", "key", "value")}
        dense |= {"attention.output.dense": (width, width)}
        dense |= {"intermediate.dense": (WIDE, width), "output.dense": (width, WIDE)}
        for part, shape in dense.items():
            shapes |= {f"{name}.{part}.weight": shape, f"{name}.{part}.bias": shape[:1]}
    for norm in norms:
        shapes |= {f"{norm}.weight": (width,), f"{norm}.bias": (width,)}
    return {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def run(model: onnx.ModelProto, rows: list[list[int]]) -> npt.NDArray[Any]:
    longest = max(map(len, rows))
    ids = np.array([row + [0] * (longest - len(row)) for row in rows])
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    (found,) = ReferenceEvaluator(model).run(None, dict(zip(INPUTS, (ids, mask, ids * 0), strict=True)))
    return np.asarray(found)


@pytest.mark.parametrize("row", [[5], [1, 2], list(range(1, 13))], ids=["one", "two", "all positions"])
def test_equals_a_forward_pass_in_numpy(row: list[int]) -> None:
    tensors = tiny_tensors()
    found = run(bert_model(tensors, SHAPE), [row])
    assert found[0] == pytest.approx(hidden_states(tensors, row, SHAPE.layers, SHAPE.heads), abs=1e-5)


def test_padding_changes_nothing() -> None:
    tensors = tiny_tensors()
    short, long = [4, 9, 2], [7, 1, 1, 8, 3, 2, 6]
    found = run(bert_model(tensors, SHAPE), [short, long])
    assert found[0, :3] == pytest.approx(hidden_states(tensors, short, SHAPE.layers, SHAPE.heads), abs=1e-5)
    assert found[1] == pytest.approx(hidden_states(tensors, long, SHAPE.layers, SHAPE.heads), abs=1e-5)


def test_the_form_is_what_spark_nlp_asks_for() -> None:
    model = bert_model(tiny_tensors(), SHAPE)
    assert [found.version for found in model.opset_import] == [OPSET] == [14]
    assert tuple(found.name for found in model.graph.input) == INPUTS
    assert [found.name for found in model.graph.output] == [OUTPUT] == ["last_hidden_state"]


def test_equal_tensors_give_equal_bytes() -> None:
    one, two = (bert_model(tiny_tensors(), SHAPE).SerializeToString(deterministic=True) for _ in range(2))
    assert one == two


def test_a_missing_tensor_is_named() -> None:
    tensors = tiny_tensors()
    del tensors["encoder.layer.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"output\.dense\.bias"):
        bert_model(tensors, SHAPE)
