"""How often the readings of ``engine/instructions/question.py`` and ``demand.py``, and ``relevance/condensed.py``, are
wrong: ``python training/measure_questions.py DATA_DIR``.

Prints how many different inputs of each set count as a plain question, as one for one thing and as a remark; pairs of
questions for one thing, joined to one, that still count so; how many answers experts found incomplete (LFQA), by what
their question counts as; and how many news summaries (FRANK) are made of their own article and of one of the four that
share most words with it. The only chance is a fixed seed.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from linear import read

from failsight.engine.instructions.demand import is_only_a_remark
from failsight.engine.instructions.question import LONGEST, asks_one_thing, is_plain_question
from failsight.engine.relevance.condensed import condense
from failsight.engine.relevance.lexical import weigh
from failsight.engine.subject import Subject
from failsight.model.item import Item

SETS = (
    "ifeval", "llmbar", "xstest", "halueval_general", "prompt_attack_direct", "jailbreakbench", "bfcl_real",
    "halueval_qa", "lfqa_completeness", "ragtruth_qa", "qed_retrieval", "begin_dialogue",
)  # fmt: skip
JOINTS, DRAWN, SEED = (" and ", ", and ", "? And ", ", ", " or ", " as well as "), 600, 3


def of(text: str, output: str = "-", context: list[str] | None = None) -> Subject:
    return Subject(Item(input=text, output=output, context=context))


def inputs(folder: Path, name: str) -> list[str]:
    return sorted({row["input"].strip() for row in read(folder, name)})


def joined(questions: list[str]) -> tuple[int, int]:
    """How many joined pairs count as one question for one thing, and of how many."""
    chance, wrong = random.Random(SEED), 0
    one = [text for text in questions if asks_one_thing(of(text))]
    for joint in JOINTS:
        for _ in range(DRAWN):
            first, second = chance.sample(one, 2)
            text = f"{first.rstrip('? ')}{joint}{second[0].lower()}{second[1:]}"
            wrong += len(text) <= LONGEST and asks_one_thing(of(text))
    return wrong, len(JOINTS) * DRAWN


def incomplete(folder: Path) -> None:
    counts: dict[str, list[bool]] = {}
    for row in read(folder, "lfqa_completeness"):
        label = bool(row["labels"]["partial_task_completion"])
        kind = "one thing" if asks_one_thing(of(row["input"])) else "not one thing"
        counts.setdefault(kind, []).append(label)
        counts.setdefault("plain" if is_plain_question(row["input"]) else "not plain", []).append(label)
    for kind, labels in sorted(counts.items()):
        print(f"answers found incomplete, {kind}: {sum(labels)} of {len(labels)}")


def summaries(folder: Path) -> None:
    rows = read(folder, "frank")
    articles = list({row["meta"]["group"]: row for row in rows}.values())
    words = [set(weigh(" ".join(row["context"]))) for row in articles]
    own = [condense(of("-", row["output"], row["context"])).in_short for row in rows]
    near = []
    for i, row in enumerate(articles):
        ranked = sorted((-len(words[i] & words[j]) / len(words[i] | words[j]), j) for j in range(len(words)) if j != i)
        near += [condense(of("-", articles[j]["output"], row["context"])).in_short for _, j in ranked[:4]]
    print(f"summaries made of their article: {sum(own)} of {len(own)}; of a near one: {sum(near)} of {len(near)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    folder = arguments.parse_args().data
    for name in SETS:
        texts = inputs(folder, name)
        plain, remarks = sum(map(is_plain_question, texts)), sum(is_only_a_remark(of(text)) for text in texts)
        one = sum(asks_one_thing(of(text)) for text in texts)
        print(f"{name:22} inputs {len(texts):5}  plain {plain:5}  for one thing {one:5}  remarks {remarks:5}")
    for name in ("halueval_qa", "qed_retrieval"):
        wrong, pairs = joined(inputs(folder, name))
        print(f"joined pairs of {name} taken for one question: {wrong} of {pairs}")
    incomplete(folder)
    summaries(folder)


if __name__ == "__main__":
    main()
