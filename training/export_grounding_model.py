"""Writes the trained local judge as int8 ONNX: ``python training/export_grounding_model.py WORK_DIR NAME [NAME]``.

Several names of weights in WORK_DIR (``fold0 fold1 fold2``) are averaged. Matrices become int8 (seven bits, so that no
processor saturates when it adds products), one scale an output channel; activations are scaled for each window at run
time. The word embeddings are not written: model.json says where they stand in the sentence encoder's file.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

import export_encoder as encoder
import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from failsight.judge.grounding_window import FLAGS, WINDOW
from failsight.judge.local_judge import FOLDER, NAME

Floats = npt.NDArray[np.float32]


def averaged(files: list[Path]) -> dict[str, Floats]:
    """The mean of several trainings that began with the same weights."""
    states = [torch.load(file) for file in files]
    return {name: torch.stack([state[name] for state in states]).mean(0).numpy() for name in states[0]}


def layers_of(state: dict[str, Floats]) -> int:
    return len({name.split(".")[1] for name in state if name.startswith("layers.")})


def renamed(state: dict[str, Floats]) -> dict[str, Floats]:
    """Our names of the layers' weights in terms of the checkpoint, as the encoder's exporter reads them."""
    weights: dict[str, Floats] = {}
    plain = {
        "attended": "attention.output.dense", "first_norm": "attention.output.LayerNorm",
        "wide": "intermediate.dense", "narrow": "output.dense", "second_norm": "output.LayerNorm",
    }  # fmt: skip
    for number in range(layers_of(state)):
        prefix = f"encoder.layer.{number}"
        for kind in ("weight", "bias"):
            parts = np.split(state[f"layers.{number}.joined.{kind}"], 3)
            for part, value in zip(("query", "key", "value"), parts, strict=True):
                weights[f"{prefix}.attention.self.{part}.{kind}"] = value
            for own, theirs in plain.items():
                weights[f"{prefix}.{theirs}.{kind}"] = state[f"layers.{number}.{own}.{kind}"]
    weights["norm.weight"], weights["norm.bias"] = state["norm.weight"], state["norm.bias"]
    return weights


def build(state: dict[str, Floats]) -> onnx.ModelProto:
    """From embedded words, segments and flags to log odds of the output's tokens and of the window."""
    graph = encoder.Graph(renamed(state), int8=False)
    graph.constant("shape.heads", np.array([0, 0, encoder.HEADS, encoder.HEAD_WIDTH], dtype=np.int64))
    graph.constant("shape.flat", np.array([0, 0, encoder.WIDTH], dtype=np.int64))
    graph.constant("attention.scale", np.array(1.0 / np.sqrt(encoder.HEAD_WIDTH), dtype=np.float32))
    graph.constant("start", np.array([0], dtype=np.int64))
    graph.constant("axis.tokens", np.array([1], dtype=np.int64))
    length = graph.add("Shape", ["segments"], "length", start=1, end=2)
    places = graph.constant("places", state["places.weight"][:WINDOW])
    here = graph.add("Slice", [places, "start", length], "positions")
    segments = graph.add("Gather", [graph.constant("segment_table", state["segments.weight"]), "segments"], "segment")
    flags = graph.add("MatMul", ["flags", graph.constant("flag_table", state["flags.weight"].T)], "flag")
    placed = graph.add("Add", [graph.add("Add", ["words", here], "placed"), segments], "segmented")
    hidden = graph.layer_norm(graph.add("Add", [placed, flags], "embedded"), "norm")
    for number in range(layers_of(state)):
        hidden = encoder.add_layer(graph, hidden, number)
    own = graph.add("Slice", [hidden, "first", "last", "axis.tokens"], "own")
    head = graph.add("MatMul", [own, graph.constant("token_head", state["token_head.weight"].T)], "token_product")
    graph.add("Add", [head, graph.constant("token_bias", state["token_head.bias"])], "tokens")
    begin = graph.add("Slice", [hidden, "start", graph.constant("one", np.array([1])), "axis.tokens"], "begin")
    pooled = [
        graph.add("Squeeze", [begin, "axis.tokens"], "classified"),
        graph.add("ReduceMax", [own, "axis.tokens"], "top", keepdims=0),
        graph.add("ReduceMean", [own, "axis.tokens"], "mean", keepdims=0),
    ]
    joined = graph.add("Concat", pooled, "pooled", axis=-1)
    head = graph.add("MatMul", [joined, graph.constant("head", state["response_head.weight"].T)], "product")
    graph.add("Add", [head, graph.constant("bias", state["response_head.bias"])], "response")
    return finish(graph)


def finish(graph: encoder.Graph) -> onnx.ModelProto:
    """The checked model with its inputs and outputs."""
    kinds = {"words": (TensorProto.FLOAT, [1, "tokens", 384]), "segments": (TensorProto.INT64, [1, "tokens"]),
             "flags": (TensorProto.FLOAT, [1, "tokens", FLAGS]), "first": (TensorProto.INT64, [1]),
             "last": (TensorProto.INT64, [1])}  # fmt: skip
    inputs = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in kinds.items()]
    outputs = [
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "own", 2]),
        helper.make_tensor_value_info("response", TensorProto.FLOAT, [1, 3]),
    ]
    body = helper.make_graph(graph.nodes, "grounding", inputs, outputs, graph.initializers)
    opsets = [helper.make_opsetid("", encoder.OPSET)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=encoder.IR_VERSION, producer_name="failsight")
    onnx.checker.check_model(model, full_check=True)
    return model


def quantised(model: onnx.ModelProto) -> bytes:
    """Weights of the layers as int8; activations are scaled while it runs. The small heads stay fp32."""
    heads = [n.name for n in model.graph.node if n.name in {"flag", "token_product", "product"}]
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder) / "full.onnx", Path(folder) / "small.onnx"
        full.write_bytes(model.SerializeToString(deterministic=True))
        quantize_dynamic(
            full, small, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True, nodes_to_exclude=heads,
            weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
        return onnx.load(small).SerializeToString(deterministic=True)


def places_of_words(file: Path) -> dict[str, object]:
    """Byte offsets of the word embeddings' codes and scales in the sentence encoder's file."""
    content = file.read_bytes()
    model = onnx.load(file)
    found: dict[str, object] = {}
    for tensor in model.graph.initializer:
        if tensor.name in {"words.int8", "words.scale"}:
            value = numpy_helper.to_array(tensor)
            raw = value.tobytes()
            at = content.find(raw)
            if at < 0 or content.find(raw, at + 1) >= 0:
                sys.exit(f"{tensor.name} does not stand in {file} once, as it is")
            found["codes" if tensor.name == "words.int8" else "scales"] = at
            if tensor.name == "words.int8":
                found["shape"] = list(value.shape)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--card", type=Path, help="JSON of what is known of the training, added to model.json")
    options = parser.parse_args()
    state = averaged([options.work / f"{name}.pt" for name in options.names])
    model = quantised(build(state))
    table = encoder.DEFAULT_OUT / "model.onnx"
    card = {
        "name": NAME,
        "start": f"sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), layers 0 to {layers_of(state) - 1}",
        "licence": "Apache-2.0; see LICENSE-grounding for the data it was trained on",
        "window": WINDOW,
        "onnxruntime": importlib.metadata.version("onnxruntime"),
        "words": places_of_words(table),
        "sha256": {"model.onnx": hashlib.sha256(model).hexdigest()},
        "training": json.loads(options.card.read_text()) if options.card else None,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "model.onnx").write_bytes(model)
    (options.out / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{len(model):,} bytes  {options.out / 'model.onnx'}")


if __name__ == "__main__":
    main()
