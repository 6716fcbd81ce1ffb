"""Windows of token ids: all of the output, the part of the context that bears on it, and true flags."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from failsight.judge.encoder import FOLDER
from failsight.judge.grounding_window import FLAGS, OUTPUT, SEP, WINDOW, join, read_text, windows


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def cut(tokenizer: Tokenizer, question: str, context: list[str], output: str) -> list:
    texts = [read_text(tokenizer, text) for text in (question, output, *context)]
    return windows(texts[0], join(texts[2:]), texts[1])


def test_a_short_item_is_one_window_with_everything(tokenizer: Tokenizer) -> None:
    (window,) = cut(tokenizer, "When?", ["The mill closed in 1931.", "It burned down."], "It closed in 1931.")
    shown = tokenizer.decode(window.ids.tolist(), skip_special_tokens=False)
    assert shown == "[CLS] when? [SEP] the mill closed in 1931. it burned down. [SEP] it closed in 1931. [SEP]"
    assert window.segments.tolist() == [*sorted(window.segments[:-1].tolist()), 1]
    assert (window.ids[window.offset : window.offset + 5] == window.ids[-6:-1]).all()
    assert window.ids[-1] == SEP


def test_flags_tell_what_the_context_has(tokenizer: Tokenizer) -> None:
    (window,) = cut(tokenizer, "", ["The mill closed in 1931."], "The mill opened in 1931.")
    own = window.flags[window.offset : window.offset + 6]
    words = ["the", "mill", "opened", "in", "1931", "."]
    assert dict(zip(words, own[:, 0].tolist(), strict=True)) == {w: w != "opened" for w in words}
    assert own[1, 2]  # "the mill" stands in the context
    assert not own[3, 2]  # "opened in" does not
    assert own[:, 7:].sum() == 0


def test_a_long_context_is_cut_down_to_what_bears_on_the_output(tokenizer: Tokenizer) -> None:
    filler = [f"Paragraph {n} speaks of the weather, the harvest and the price of grain." for n in range(400)]
    filler[317] = "The lighthouse keeper was called Barnaby Quill."
    (window,) = cut(tokenizer, "Who kept it?", [" ".join(filler)], "The keeper was Barnaby Quill.")
    assert len(window.ids) <= WINDOW
    assert "barnaby" in tokenizer.decode(window.ids[: window.offset].tolist())


def test_a_long_output_is_cut_at_sentence_ends_and_nothing_is_lost(tokenizer: Tokenizer) -> None:
    output = " ".join(f"Sentence number {n} says that box {n} is blue." for n in range(90))
    found = cut(tokenizer, "", ["All boxes are blue."], output)
    total = len(read_text(tokenizer, output).ids)
    assert [w.first for w in found[1:]] == [w.last for w in found[:-1]]
    assert (found[0].first, found[-1].last) == (0, total)
    assert all(w.last - w.first <= OUTPUT and len(w.ids) <= WINDOW for w in found)
    assert all(tokenizer.decode([int(w.ids[w.offset])]) == "sentence" for w in found)


@pytest.mark.parametrize(
    ("context", "output"),
    [
        ([], "Nothing given."), ([""], "."), (["a"], "a"), (["x" * 5_000], "y" * 5_000), (["日本語"] * 3, "日本語。"),
        (["👩‍👩‍👧 " * 300], "🎉" * 300), (["1 2 3"], "e\u0301" * 500), (["\n\n\n"], "\n.\n"),
    ],
)  # fmt: skip
def test_odd_texts_make_windows_too(tokenizer: Tokenizer, context: list[str], output: str) -> None:
    for window in cut(tokenizer, "?", context, output):
        assert len(window.ids) == len(window.segments) == len(window.flags) <= WINDOW
        assert window.flags.shape[1] == FLAGS
        assert int((window.segments == 2).sum()) == window.last - window.first


def test_an_empty_output_has_no_window(tokenizer: Tokenizer) -> None:
    assert cut(tokenizer, "Why?", ["Because."], "  ") == []


def test_windows_take_linear_time_in_the_context(tokenizer: Tokenizer) -> None:
    long = " ".join(f"Row {n} holds {n * 7} crates of apples." for n in range(2_500))
    (window,) = cut(tokenizer, "", [long], "Row 2400 holds 16800 crates of apples.")
    assert "16800" in tokenizer.decode(window.ids[: window.offset].tolist()).replace(" ##", "").replace(" ", "")
    assert np.isfinite(window.flags).all()
