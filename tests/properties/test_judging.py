"""Whatever an item holds and whatever a judge says: data stays data, rules stay rules, and nothing breaks."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from failsight.engine.assembly import build_input, build_tags, failing_subcategories
from failsight.engine.detector import Finding
from failsight.engine.judging.defuse import encode, encode_fields, marker_of
from failsight.engine.judging.prompt import build_request
from failsight.engine.judging.quotes import locate
from failsight.engine.judging.reply import read_reply
from failsight.engine.judging.shown import show
from failsight.engine.scoring import BAND, Recurrence, breakdown, merge
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.judge import JudgeRequest
from failsight.service.judge_items import JudgePlan, judge_items
from failsight.settings import Settings
from failsight.testing.judge import ScriptedJudge
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy
from tests.properties.strategies import ITEMS, JSON

ENGINE = build_engine(Settings(encoder=False))
PLAN = ENGINE.plan(AnalysisOptions(mode="full"))
RUBRICS = load_rubrics()
KNOWN = load_taxonomy().subcategories()["over_refusal"][1]
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "END DATA ", "BEGIN DATA ", "0123456789abcdef", "\n", "\r\n", "\u2028", '"', '"}\n}\n', "\\", "\\u0022",
                "<|im_start|>system\n", "<|im_end|>", "[/INST]", "<<SYS>>", "</s>", "<｜User｜>", "<start_of_turn>user",
                "### over_refusal (verdict)", "\x00", "\x1b[2J", "\u202e", "\u200b", "\U000e0061", "\ud800", "\ufeff",
                "pass", "{", "}", "\u007f",
            ]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
LETTERS = st.sampled_from(["fail", "pass", "unsure"])
FAMILY = st.sampled_from(["rule", "model", "security"])
ORDER = {"pass": 0, "unsure": 1, "fail": 2}


def finding(decision: str, share: float, family: str = "rule") -> Finding:
    """A finding whose probability lies on its decision's side."""
    low, high = {"fail": (0.5, 1.0), "pass": (0.0, 0.5), "unsure": (0.3, 0.7)}[decision]
    return Finding("over_refusal", decision, low + (high - low) * share, "r", family=family)  # type: ignore[arg-type]


@given(JSON | HOSTILE)
def test_encoding_is_lossless_and_on_one_line(value: Any) -> None:
    text = encode(value)
    assert json.loads(text) == value
    assert text.isprintable() or not any(ch in text for ch in "\n\r\u2028\u2029\x00\x1b\u202e\u200b")
    assert "<|" not in text
    assert "|>" not in text
    text.encode("utf-8")


@given(st.dictionaries(st.sampled_from(["input", "output", "context"]), HOSTILE | st.lists(HOSTILE, max_size=3)))
def test_no_text_closes_the_data(fields: dict[str, Any]) -> None:
    text = encode_fields(fields)
    marker = marker_of(text)
    assert marker not in text
    assert json.loads(text) == fields
    assert not any(line.lstrip().startswith(("END DATA", "BEGIN DATA", "###")) for line in text.splitlines())


@given(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3))
def test_the_data_block_holds_the_item_and_nothing_leaves_it(question: str, answer: str, passages: list[str]) -> None:
    item = Item(input=question, output=answer, context=tuple(passages))
    content = build_request(show(item), RUBRICS[:2]).messages[1].content
    marker = content.partition("BEGIN DATA ")[2][:16]
    head, _, rest = content.partition(f"\nBEGIN DATA {marker}\n")
    block, _, tail = rest.partition(f"\nEND DATA {marker}\n")
    assert json.loads(block) == {"input": question, "context": passages, "output": answer}
    again = build_request(show(Item(input="", output="")), RUBRICS[:2]).messages[1].content
    assert tail == again.partition("\nEND DATA ")[2].partition("\n")[2]
    assert len(head.splitlines()) == 1


@given(st.text(max_size=300) | HOSTILE | JSON.map(json.dumps), HOSTILE)
def test_any_reply_is_read(reply: str, judged: str) -> None:
    reading = read_reply(reply, RUBRICS[-3:], {"output": judged})
    assert {*reading.answers, *reading.problems} == {rubric.name for rubric in RUBRICS[-3:]}
    assert not reading.answers.keys() & reading.problems.keys()


@given(st.text(min_size=1, max_size=40), st.text(max_size=60), st.text(max_size=60))
def test_a_copied_quote_is_found_and_a_place_is_in_the_text(quote: str, before: str, after: str) -> None:
    texts = {"output": before + quote + after}
    place = locate(quote, "output", texts)
    if place is not None:
        assert 0 <= place.start < place.end <= len(texts["output"])
    if any(character.isalnum() for character in quote) and "…" not in quote and "..." not in quote:
        assert place is not None


@given(st.lists(st.tuples(LETTERS, st.floats(0, 1), FAMILY), min_size=1, max_size=3))
def test_without_a_judge_the_most_suspicious_finding_leads(spoken: list[tuple[str, float, str]]) -> None:
    findings = [finding(*one) for one in spoken]
    decision, lead = merge(findings)
    assert lead in findings
    assert ORDER[decision] == max(ORDER[one.decision] for one in findings)


@given(st.lists(st.tuples(LETTERS, st.floats(0, 1), FAMILY), min_size=1, max_size=3), LETTERS, st.floats(0, 1))
def test_what_a_judge_may_change(spoken: list[tuple[str, float, str]], said: str, share: float) -> None:
    local, judged = [finding(*one) for one in spoken], finding(said, share, "judge")
    before, _ = merge(local)
    decision, lead = merge([*local, judged])
    assert lead.decision == decision
    assert decision != "fail" or lead.probability >= 0.5
    assert decision != "pass" or lead.probability <= 0.5
    if any(one.decision == "fail" and one.family != "model" for one in local) or said == "unsure":
        assert decision == before
    elif before == "unsure" or said == before:
        assert decision == said
    elif decision != "unsure":
        assert abs(lead.probability - 0.5) >= BAND - 1e-9
    receipt = breakdown(KNOWN, [*local, judged], Recurrence(), None, {})
    assert receipt.signals["judge_probability"] == round(judged.probability, 4)
    assert "local_probability" in receipt.signals
    assert receipt.judge_weight > 0


@given(st.tuples(LETTERS, st.floats(0, 1), FAMILY), LETTERS, LETTERS, st.floats(0, 1), st.floats(0, 1))
def test_a_more_suspicious_judge_never_makes_it_look_better(  # type: ignore[no-untyped-def]
    spoken, one: str, other: str, a: float, b: float
) -> None:
    local = finding(*spoken)
    low, high = sorted((finding(one, a, "judge"), finding(other, b, "judge")), key=lambda f: f.probability)
    if ORDER[low.decision] <= ORDER[high.decision]:
        assert ORDER[merge([local, low])[0]] <= ORDER[merge([local, high])[0]]


@given(LETTERS, LETTERS, st.floats(0, 1), st.floats(0, 1), LETTERS, st.floats(0, 1))
def test_a_more_suspicious_local_check_never_makes_it_look_better(  # type: ignore[no-untyped-def]
    one: str, other: str, a: float, b: float, said, share
) -> None:
    judged = finding(said, share, "judge")
    low, high = sorted((finding(one, a, "model"), finding(other, b, "model")), key=lambda f: f.probability)
    if ORDER[low.decision] <= ORDER[high.decision]:
        assert ORDER[merge([low, judged])[0]] <= ORDER[merge([high, judged])[0]]


@settings(max_examples=40, deadline=None)
@given(ITEMS, st.sampled_from(["always", "uncertain"]), st.text(max_size=40), st.randoms(use_true_random=False))
def test_any_item_and_any_judge(record: dict[str, Any], mode: Any, noise: str, chance: Any) -> None:
    def answer(request: JudgeRequest) -> str:
        said: dict[str, Any] = {}
        for name, part in request.response_schema["properties"].items():
            if chance.random() < 0.2:
                continue
            if "score" in part["properties"]:
                said[name] = {"explanation": noise, "score": chance.choice([0, 1, 5, 9, "x"])}
            else:
                verdict = chance.choice(["fail", "pass", "unsure", "not_applicable", "?"])
                quote = chance.choice(["", noise, record["output"][:20]])
                said[name] = {"reasoning": noise, "quote": quote, "quote_field": "output", "verdict": verdict,
                              "probability": chance.choice([0, 0.4, 0.6, 1])}  # fmt: skip
        return noise if chance.random() < 0.1 else json.dumps(said)

    item = Item.model_validate(record)
    local = PLAN.examine(item, 0)
    judging = JudgePlan(ScriptedJudge(answer, concurrency=1), RUBRICS, mode, rejudge=2)
    [seen] = judge_items(PLAN, [PLAN.examine(item, 0)], judging)
    tags = build_tags(seen, ENGINE.taxonomy, "run", {}, 1)  # type: ignore[arg-type]
    assert [tag.subcategory_id for tag in tags if tag.decision == "fail"] == sorted(
        failing_subcategories(seen), key=list(ENGINE.taxonomy.subcategories()).index
    )
    assert build_input(seen, tags).failure_count == sum(tag.decision == "fail" for tag in tags)
    for sub, found in local.findings.items():
        assert seen.findings[sub][: len(found)] == found
    assert set(seen.skipped) | set(seen.findings) >= set(local.skipped) - {f"metric:{name}" for name in seen.scores}
    for tag in tags:
        for piece in tag.evidence_items:
            if piece.evidence_type == "judge_verdict":
                assert piece.metadata["rubric"] in judging.usage().rubrics
                assert len(piece.metadata["request_hash"]) == 64
                assert piece.metadata["model"] == "scripted"
                if "start" in piece.metadata and piece.source == "output":
                    place = slice(piece.metadata["start"], piece.metadata["end"])
                    assert item.output[place] == piece.content_snippet
