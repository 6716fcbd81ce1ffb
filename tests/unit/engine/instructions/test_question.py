"""Plain questions, and those that ask for one thing."""

from __future__ import annotations

import pytest

from failsight.engine.instructions.question import asks_one_thing, asks_only_a_question, is_plain_question
from failsight.engine.subject import Subject
from failsight.model.item import Item


def one(text: str, **more: object) -> Subject:
    return Subject(Item.model_validate({"input": text, "output": "Yes.", **more}))


@pytest.mark.parametrize(
    "text",
    [
        "What is your return policy?",
        "hi, how do I reset my password?",
        "Tell me about the old mill",
        "Why is it red?",
        "The ferry was built in which year?",
        'What does "to brew up" mean?',
    ],
)
def test_a_plain_question(text: str) -> None:
    assert is_plain_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "Write a haiku about autumn.",
        "What is a mill? Answer in two sentences.",
        "Who built it? And when?",
        "What is wrong here:\nx = 1",
        "Can you summarise the report?",
        "How do bees fly? Explain it like I'm a child",
        "Is it " + "very " * 80 + "red?",
        "You are a guide. The ferry was built in which year?",
        "Please say in which year the ferry was built?",
        'What is a mill? Begin with "Well" and say "yo".',
    ],
)
def test_more_than_a_plain_question(text: str) -> None:
    assert not is_plain_question(text)


def test_a_system_prompt_or_an_earlier_message_may_demand_more() -> None:
    assert asks_only_a_question(one("When does the ferry leave?"))
    assert not asks_only_a_question(one("When does the ferry leave?", system_prompt="Answer in French."))
    said = [{"role": "user", "content": "Be brief."}, {"role": "user", "content": "When does the ferry leave?"}]
    assert not asks_only_a_question(one("When does the ferry leave?", conversation=said))
    assert not asks_only_a_question(one("Wann fährt die Fähre?"))


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("When does the ferry leave?", True),
        ("Is the museum open on Sundays?", True),
        ("What's the price of a day ticket?", True),
        ("How do I buy a ticket?", False),
        ("When does the ferry leave and what does it cost?", False),
        ("What should I know about ferries?", False),
        ("The ferry was built in which year?", True),
        ("The ferry belongs to the son of who?", True),
        ("Are both the ferry and the mill red?", True),
        ("The ferry was built in which year and the mill has how many floors?", False),
        ("The ferry calls at which harbours?", False),
        ("The ferry is late, but why does that happen?", False),
        ("Who were the owners?", False),
    ],
)
def test_one_thing(text: str, closed: bool) -> None:
    assert asks_one_thing(one(text)) is closed
