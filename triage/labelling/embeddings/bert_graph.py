"""The ONNX graph of a BERT encoder, written from its tensors with onnx's helper functions alone.

Exporting by torch would bring 4 GB of packages for the same graph. Architecture: Devlin et al., "BERT" (2019);
the names of the tensors are those of Hugging Face's `BertModel`. Opset 14 is the newest that all of Spark NLP's
ONNX runtimes read; it has no LayerNormalization and no Gelu, so both are spelled out, and the runtime fuses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from triage.labelling.embeddings.bert_shape import INPUTS, OUTPUT, BertShape

OPSET = 14

_MASKED = -10_000.0
"""Added to the scores of padding; exp(-10000) is 0 in float32."""

Tensors = Mapping[str, npt.NDArray[Any]]


@dataclass(slots=True)
class _Graph:
    """Nodes and constants as they are written; each node's output is named after it."""

    tensors: Tensors
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{output}_node", **attributes))
        return output

    def weight(self, name: str, *, transposed: bool = False) -> str:
        value = np.asarray(self.tensors[name], dtype=np.float32)
        return self._keep(name, np.ascontiguousarray(value.T) if transposed else value)

    def number(self, value: float) -> str:
        return self._keep(f"number_{value}", np.array(value, dtype=np.float32))

    def indices(self, *values: int) -> str:
        return self._keep("indices_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def _keep(self, name: str, value: npt.NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(value, name)
        return name


def bert_model(tensors: Tensors, shape: BertShape) -> onnx.ModelProto:
    """A checked model: int64 `INPUTS` of [batch, sequence] to float32 `OUTPUT` of [batch, sequence, width].

    Raises KeyError when a tensor is missing.
    """
    graph = _Graph(tensors)
    mask = _attention_mask(graph)
    hidden = _embeddings(graph, shape)
    for layer in range(shape.layers):
        hidden = _layer(graph, f"encoder.layer.{layer}", hidden, mask, shape)
    graph.node("Identity", [hidden], OUTPUT)
    model = _model(graph, shape)
    onnx.checker.check_model(model, full_check=True)
    return model


def _model(graph: _Graph, shape: BertShape) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "sequence"]) for n in INPUTS]
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", "sequence", shape.width])
    made = helper.make_graph(graph.nodes, "bert", inputs, [output], list(graph.constants.values()))
    return helper.make_model(made, producer_name="triage", opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def _attention_mask(graph: _Graph) -> str:
    """[batch, 1, 1, sequence]: 0 for a token, a large negative number for padding."""
    mask = graph.node("Unsqueeze", ["attention_mask", graph.indices(1, 2)])
    real = graph.node("Cast", [mask], to=TensorProto.FLOAT)
    padding = graph.node("Sub", [graph.number(1.0), real])
    return graph.node("Mul", [padding, graph.number(_MASKED)])


def _embeddings(graph: _Graph, shape: BertShape) -> str:
    words = graph.node("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input_ids"])
    types = graph.node("Gather", [graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"])
    length = graph.node("Slice", [graph.node("Shape", ["input_ids"]), graph.indices(1), graph.indices(2)])
    table = graph.weight("embeddings.position_embeddings.weight")
    positions = graph.node("Slice", [table, graph.indices(0), length, graph.indices(0)])
    summed = graph.node("Add", [graph.node("Add", [words, types]), positions])
    return _layer_norm(graph, "embeddings.LayerNorm", summed, shape.epsilon)


def _layer(graph: _Graph, name: str, hidden: str, mask: str, shape: BertShape) -> str:
    attended = _linear(graph, f"{name}.attention.output.dense", _attention(graph, name, hidden, mask, shape))
    added = graph.node("Add", [attended, hidden])
    middle = _layer_norm(graph, f"{name}.attention.output.LayerNorm", added, shape.epsilon)
    wide = _gelu(graph, _linear(graph, f"{name}.intermediate.dense", middle))
    narrow = _linear(graph, f"{name}.output.dense", wide)
    return _layer_norm(graph, f"{name}.output.LayerNorm", graph.node("Add", [narrow, middle]), shape.epsilon)


def _attention(graph: _Graph, name: str, hidden: str, mask: str, shape: BertShape) -> str:
    size = shape.width // shape.heads
    part = {kind: _linear(graph, f"{name}.attention.self.{kind}", hidden) for kind in ("query", "key", "value")}
    split = {kind: _by_head(graph, value, shape) for kind, value in part.items() if kind != "key"}
    keys = _by_head(graph, part["key"], shape, order=(0, 2, 3, 1))
    scores = graph.node("Div", [graph.node("MatMul", [split["query"], keys]), graph.number(size**0.5)])
    shares = graph.node("Softmax", [graph.node("Add", [scores, mask])], axis=-1)
    context = graph.node("MatMul", [shares, split["value"]])
    joined = graph.node("Transpose", [context], perm=[0, 2, 1, 3])
    return graph.node("Reshape", [joined, graph.indices(0, 0, shape.width)])


def _by_head(graph: _Graph, value: str, shape: BertShape, order: tuple[int, ...] = (0, 2, 1, 3)) -> str:
    wanted = graph.indices(0, 0, shape.heads, shape.width // shape.heads)
    return graph.node("Transpose", [graph.node("Reshape", [value, wanted])], perm=list(order))


def _linear(graph: _Graph, name: str, value: str) -> str:
    product = graph.node("MatMul", [value, graph.weight(f"{name}.weight", transposed=True)])
    return graph.node("Add", [product, graph.weight(f"{name}.bias")])


def _gelu(graph: _Graph, value: str) -> str:
    """The exact form, x · (1 + erf(x / √2)) / 2."""
    inner = graph.node("Erf", [graph.node("Div", [value, graph.number(2**0.5)])])
    scaled = graph.node("Mul", [value, graph.node("Add", [inner, graph.number(1.0)])])
    return graph.node("Mul", [scaled, graph.number(0.5)])


def _layer_norm(graph: _Graph, name: str, value: str, epsilon: float) -> str:
    centred = graph.node("Sub", [value, graph.node("ReduceMean", [value], axes=[-1])])
    squares = graph.node("Pow", [centred, graph.number(2.0)])
    variance = graph.node("ReduceMean", [squares], axes=[-1])
    deviation = graph.node("Sqrt", [graph.node("Add", [variance, graph.number(epsilon)])])
    scaled = graph.node("Mul", [graph.node("Div", [centred, deviation]), graph.weight(f"{name}.weight")])
    return graph.node("Add", [scaled, graph.weight(f"{name}.bias")])
