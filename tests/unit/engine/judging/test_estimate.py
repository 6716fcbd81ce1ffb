"""Estimates are near what tokenizers count, and rather above."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from failsight.engine.judging.estimate import Estimate, estimate_tokens
from failsight.judge.encoder import FOLDER
from failsight.model.judge import JudgeMessage, JudgePrice, JudgeRequest

TEXTS = {
    "english": "The shop takes back unworn shoes within thirty days; the customer pays for the parcel. " * 20,
    "german": "Der Laden nimmt ungetragene Schuhe binnen dreißig Tagen zurück; Geschäftskunden zahlen selbst. " * 20,
    "code": "def area(width: float, height: float) -> float:\n    return width * height  # metres²\n" * 20,
    "json": '{"city": "Oslo", "nights": 3, "price": 1249.50, "guests": ["Ann", "Bo"]}\n' * 20,
    "chinese": "商店在三十天内接受未穿过的鞋子退货，运费由顾客承担。" * 20,
}


@pytest.mark.parametrize("name", TEXTS)
def test_near_a_tokenizers_count(name: str) -> None:
    tokenizer = Tokenizer.from_file(str(Path(FOLDER) / "tokenizer.json"))
    tokenizer.no_truncation()
    counted = len(tokenizer.encode(TEXTS[name]).ids)
    least = 0.6 if name == "german" else 0.8  # this tokenizer has English words only
    assert least * counted <= estimate_tokens(TEXTS[name]) <= 1.6 * counted


def request(rubric: str) -> JudgeRequest:
    message = JudgeMessage(role="user", content="one two")
    return JudgeRequest(messages=(message,), response_schema={}, rubrics=(rubric,), max_tokens=100)


def test_requests_add_up() -> None:
    estimate = Estimate()
    for requests in ([request("a@1"), request("b@1")], [], [request("a@1")]):
        estimate.add(requests)
    estimate.add([], kept=2)
    assert (estimate.items, estimate.items_asked, estimate.requests, estimate.kept) == (4, 3, 5, 2)
    assert (estimate.tokens_in, estimate.tokens_out) == (3 * 12, 3 * 90)
    assert estimate.cost(JudgePrice(usd_in=1, usd_out=10)) == pytest.approx(0.002736)
    assert estimate.cost(None) is None
