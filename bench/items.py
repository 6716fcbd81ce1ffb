"""Generated short items for speed and memory: chat, retrieval and tools in turn, with a fixed seed and no real data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

_THINGS = ("lamp", "kettle", "backpack", "headset", "desk", "bicycle", "camera", "printer", "blanket", "router")
_CITIES = ("Lisbon", "Oslo", "Vienna", "Porto", "Ghent", "Bern", "Turin", "Malmo")
_CHATS = (
    ("Write one sentence about the {thing}.", "The {thing} is light, sturdy and easy to carry."),
    ("List three reasons to buy a {thing}.", "1. It lasts long.\n2. It is cheap.\n3. It looks good in {city}."),
    ("Answer in JSON with the keys name and price. Product: {thing}", '{{"name": "{thing}", "price": {price}}}'),
    ("Is it safe to clean a {thing} with water?", "Yes, but unplug it first and let the {thing} dry for {days} hours."),
)
_TOOL = {
    "name": "find_order",
    "description": "Finds an order by its number.",
    "parameters": {
        "type": "object",
        "properties": {"order_id": {"type": "string"}, "city": {"type": "string"}},
        "required": ["order_id"],
    },
}


def generate(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """``count`` items of 100 to 600 characters, one after the other: memory does not grow with them."""
    chance = random.Random(seed)
    makers = (_chat, _retrieval, _tools)
    for index in range(count):
        words = {
            "thing": chance.choice(_THINGS),
            "city": chance.choice(_CITIES),
            "price": chance.randrange(10, 900),
            "days": chance.randrange(2, 60),
            "order": f"A-{chance.randrange(1000, 9999)}",
        }
        yield {"id": str(index), **makers[index % len(makers)](chance, words)}


def _chat(chance: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    question, answer = chance.choice(_CHATS)
    return {"input": question.format(**words), "output": answer.format(**words)}


def _retrieval(chance: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    fact = "The {thing} costs {price} euros and ships from {city} within {days} days.".format(**words)
    told = words if chance.random() < 0.8 else {**words, "price": words["price"] + 5}
    return {
        "input": "What does the {thing} cost, and where does it ship from?".format(**words),
        "output": "It costs {price} euros and ships from {city}.".format(**told),
        "context": [fact, "Returns are free within 30 days when the box is unopened."],
    }


def _tools(chance: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    call: dict[str, Any] = {"name": "find_order", "arguments": {"order_id": words["order"], "city": words["city"]}}
    call["result"] = '{{"status": "shipped", "days": {days}}}'.format(**words)
    return {
        "input": "Where is my order {order}? I live in {city}.".format(**words),
        "output": "Your order {order} has shipped and arrives in {days} days.".format(**words),
        "tools": [_TOOL],
        "tool_calls": [call] if chance.random() < 0.9 else [],
    }
