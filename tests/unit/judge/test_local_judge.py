"""The real local judge on the real bundled model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from failsight.errors import ModelMissing
from failsight.judge.encoder import FOLDER as ENCODER
from failsight.judge.local_judge import FOLDER, LONGEST, OnnxLocalJudge

CONTEXT = (
    "The ferry to Hallig Nord leaves the pier at 8:15 and 16:40. A return ticket costs 24 euros, bicycles are free. "
    "Dogs must be kept on a lead.",
)
ITEMS = [
    ("When does the ferry leave?", CONTEXT, "It leaves at 8:15 and 16:40 from the pier."),
    (
        "When does the ferry leave?",
        CONTEXT,
        "It leaves at 9:30 from the new harbour, and Captain Sorensen sells tickets.",
    ),
    ("", CONTEXT, "Bicycles are free. " * 60),
    ("Dogs?", CONTEXT * 40, "Dogs must be kept on a lead."),
]
LIMIT = 40_000_000  # bytes of all bundled models together


@pytest.fixture(scope="module")
def judge() -> OnnxLocalJudge:
    return OnnxLocalJudge()


def test_an_invention_is_marked_where_it_stands(judge: OnnxLocalJudge) -> None:
    output = ITEMS[1][2]
    found = judge.read(*ITEMS[1])
    name = [
        o for s, o in zip(found.starts, found.unsupported, strict=True) if output[s:].startswith(("Captain", "Sor"))
    ]
    good = judge.read(*ITEMS[0])
    assert max(name) > 0 > max(good.unsupported)
    assert found.response > good.response


def test_threads_and_order_do_not_change_a_bit(judge: OnnxLocalJudge) -> None:
    expected = [judge.read(*item) for item in ITEMS]
    for threads in (1, 2, 3):
        assert [OnnxLocalJudge(intra_op_num_threads=threads).read(*item) for item in reversed(ITEMS)][::-1] == expected
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: judge.read(*item), ITEMS * 4)) == expected * 4


def test_a_very_long_item_takes_bounded_time(judge: OnnxLocalJudge) -> None:
    started = time.process_time()
    found = judge.read("", ["Bicycles are free on the ferry. " * 4_000], "Dogs are free on the ferry too. " * 4_000)
    assert time.process_time() - started < 5
    assert len(found.starts) == LONGEST


def test_all_bundled_models_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.parent.rglob("*") if file.is_file()) < LIMIT


def test_the_licence_and_the_data_are_told() -> None:
    text = (FOLDER.parent / "LICENSE-grounding").read_text("utf-8")
    for name in ("Apache", "RAGTruth", "FRANK", "Quintd", "WiCE", "BEGIN"):
        assert name in text
    card = json.loads((FOLDER / "model.json").read_text("utf-8"))
    assert card["training"]


@pytest.mark.parametrize("damage", ["cut", "missing", "card"])
def test_a_damaged_model_is_said_so(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    if damage == "cut":
        (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:-10])
    elif damage == "missing":
        (folder / "model.onnx").unlink()
    else:
        card = json.loads((folder / "model.json").read_text("utf-8"))
        del card["words"]
        (folder / "model.json").write_text(json.dumps(card))
    with pytest.raises(ModelMissing, match="model"):
        OnnxLocalJudge(folder).read(*ITEMS[0])


def test_another_encoder_is_not_taken_for_the_right_one(tmp_path: Path) -> None:
    encoder = tmp_path / "encoder"
    shutil.copytree(ENCODER, encoder)
    with (encoder / "model.onnx").open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(ModelMissing, match="damaged"):
        OnnxLocalJudge(encoder=encoder).read(*ITEMS[0])


def test_it_works_with_the_network_cut_and_opens_no_socket(tmp_path: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from failsight.judge.local_judge import OnnxLocalJudge\n"
        "found = OnnxLocalJudge().read('', ['The lamp is red.'], 'The lamp is red.')\n"
        "print(len(found.starts))"
    )
    environment = {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "5"
    assert list(tmp_path.iterdir()) == []


def test_the_runtime_is_loaded_with_the_first_output_only() -> None:
    program = (
        "import sys; from failsight.judge.local_judge import OnnxLocalJudge; OnnxLocalJudge();"
        "print('onnxruntime' in sys.modules, 'tokenizers' in sys.modules)"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"
