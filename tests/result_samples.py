"""Random uploads of test results, small, with every odd case."""

from __future__ import annotations

import uuid
from random import Random
from typing import Any

BEHAVIORS = ["Reliability", "Compliance", "", "Überblick"]
CATEGORIES = ["Chatbots", "RAG Systems", "it's; -- quoted"]
TOPICS = ["Healthcare", "Finance"]
TAGS = ["urgent", "Urgent", "regression", "a,b"]
SETS = ["suite 1", "suite 2"]
PEOPLE = ["dev1@example.com", "dev2@example.com"]
METRICS = ["Answer Fluency", "Answer Relevancy", "Safety"]
MOMENTS = [
    "2023-12-31T23:59:59.999000+00:00", "2024-01-01T00:00:00", "2024-01-31T23:30:00-05:00", "2024-02-29T12:00:00Z",
    "2024-03-31T23:59:59.999000", "2024-04-01T00:00:00.000000", "2024-03-31",
]  # fmt: skip
MODES = ["all", "all", "summary", "metrics", "behavior", "category", "topic", "timeline", "test_runs"]
STARTS = [
    None, "2000-01-01", "2000-01-01", "2024-01-01", "2024-01-31", "2024-02-01T00:00:00+02:00", "2024-02-29T12:00:00",
    "2024-02-29T12:00:00.001", "2023-12-31T23:59:59.999",
]  # fmt: skip
ENDS = [
    None, "2030-01-01", "2030-01-01", "2024-03-31", "2024-03-31T12:00:00", "2024-04-01", "2024-03-31T23:59:59.998",
    "2024-03-31T23:59:59.999Z",
]  # fmt: skip
METRIC_VALUES: list[Any] = [
    {"is_successful": True, "score": 0.9}, {"is_successful": True}, {"is_successful": False, "reason": "no"},
    {"is_successful": None}, {"score": 0.5}, None, "odd", 3,
]  # fmt: skip


def new_id(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def sample_upload(random: Random, size: int = 30) -> dict[str, Any]:
    runs = [
        {"id": new_id(random), "name": random.choice(["nightly", None]), "created_at": moment}
        for moment in (None, "2024-02-01T00:00:00", "2024-03-01T00:00:00")
    ]
    tests = [_test(random) for _ in range(random.randint(1, 8))]
    results = []
    for _ in range(random.randint(0, size)):
        run = random.choice([*runs[:2], None])
        result = {
            "id": new_id(random),
            "test_id": random.choice(tests)["id"],
            "created_at": random.choice(MOMENTS),
            "test_metrics": _metrics(random),
            "test_output": random.choice([None, {"output": "ä\u0000"}, "text"]),
        }
        results.append(result | ({"test_run_id": run["id"]} if run else {}))
    return {"test_runs": runs, "tests": tests, "test_results": results}


def _test(random: Random) -> dict[str, Any]:
    def maybe(values: list[str]) -> str | None:
        return random.choice([*values, None])

    return {
        "id": new_id(random),
        "prompt": maybe(["What?", "Why? " * 2000]),
        "behavior": maybe(BEHAVIORS),
        "category": maybe(CATEGORIES),
        "topic": maybe(TOPICS),
        "test_type": maybe(["single turn"]),
        "status": maybe(["open", "done"]),
        "priority": random.choice([None, 0, 1, 3, 5]),
        "user": maybe(PEOPLE),
        "assignee": maybe(PEOPLE),
        "owner": maybe(PEOPLE),
        "tags": random.sample(TAGS, random.randint(0, 3)),
        "test_sets": random.sample(SETS, random.randint(0, 2)),
    }


def _metrics(random: Random) -> Any:
    if random.random() < 0.2:
        return random.choice([None, {}, {"metrics": {}}, {"execution_time": 3}, {"metrics": None}])
    names = random.sample(METRICS, random.randint(0, 3))
    return {"execution_time": 12, "metrics": {name: random.choice(METRIC_VALUES) for name in names}}


def sample_question(random: Random, upload: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A question with a few filters; values that exist, mostly."""
    asked: dict[str, Any] = {"mode": random.choice(MODES)}
    for name, moments in (("start_date", STARTS), ("end_date", ENDS)):
        if (moment := random.choice(moments)) is not None:
            asked[name] = moment
    if random.random() < 0.3:
        asked["months"] = random.choice([0, 1, 2, 3, 12])
    pools = {
        "behavior_ids": BEHAVIORS, "category_ids": CATEGORIES, "topic_ids": TOPICS, "status_ids": ["open", "done"],
        "test_type_ids": ["single turn"], "prompt_ids": ["What?"], "user_ids": PEOPLE, "assignee_ids": PEOPLE,
        "owner_ids": PEOPLE, "test_set_ids": SETS,
    }  # fmt: skip
    for name in random.sample(sorted(pools), random.choice([0, 0, 1, 2])):
        some = random.sample(pools[name], random.randint(1, len(pools[name])))
        asked[name] = [ids.get(value, new_id(random)) for value in some]
    if random.random() < 0.2:
        asked["test_ids"] = [test["id"] for test in random.sample(upload["tests"], 1)]
    if random.random() < 0.2:
        asked["test_run_ids"] = [run["id"] for run in random.sample(upload["test_runs"], 2)]
    if random.random() < 0.2:
        asked["test_run_id"] = random.choice(upload["test_runs"])["id"]
    if random.random() < 0.2:
        asked["priority_min"] = random.choice([0, 1, 4])
    if random.random() < 0.2:
        asked["priority_max"] = random.choice([0, 3])
    if random.random() < 0.3:
        asked["tags"] = random.sample(TAGS, random.randint(1, 2))
    return asked
