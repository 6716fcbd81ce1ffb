"""A judge as the settings say; what is missing is said before anything is sent, and a key never."""

from __future__ import annotations

from pathlib import Path

import pytest

from failsight.errors import InvalidSetting
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgePrice, JudgeRequest
from failsight.settings import Settings
from failsight.testing.endpoint import ScriptedEndpoint
from failsight.wiring.judge import open_judge

REQUEST = JudgeRequest(messages=(JudgeMessage(role="user", content="?"),), response_schema={}, rubrics=(), max_tokens=9)


def test_endpoint_budget_cache_and_replay(tmp_path: Path) -> None:
    with ScriptedEndpoint(lambda body: "yes") as server:
        known = {"judge_model": "m", "data_dir": str(tmp_path), "openai_base_url": server.url}
        settings = Settings(**known, judge_budget=JudgeBudget(max_tokens=60), openai_api_key="settings-key")
        with open_judge(settings, api_key="request-key") as judge:
            assert judge.ask(REQUEST).text == "yes"
        assert server.authorizations == ["Bearer request-key"]
    with open_judge(settings, replay=True) as judge:
        assert judge.ask(REQUEST).text == "yes"
        assert judge.ask(REQUEST.model_copy(update={"sample": 1})).problem == "not_recorded"
    assert len(list((tmp_path / "judge").rglob("*.json"))) == 1


def test_without_a_cache_every_question_is_sent(tmp_path: Path) -> None:
    with ScriptedEndpoint(lambda body: "yes") as server:
        settings = Settings(judge_model="m", judge_cache="off", openai_base_url=server.url, data_dir=str(tmp_path))
        with open_judge(settings) as judge:
            assert [judge.ask(REQUEST).text for _ in range(2)] == ["yes", "yes"]
    assert len(server.bodies) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("known", "named"),
    [
        ({"judge_model": None}, "FAILSIGHT_JUDGE_MODEL"),
        ({"openai_base_url": None}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "ftp://somewhere"}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "http://here/?key=1"}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "http://[broken"}, "OPENAI_BASE_URL"),
        ({"openai_base_url": "http://me:hidden@here/v1"}, "user name"),
        ({"openai_api_key": "hidden\nsecond line"}, "OPENAI_API_KEY"),
        ({"openai_api_key": "hidden-ä"}, "OPENAI_API_KEY"),
        ({"judge_budget": JudgeBudget(max_usd=1)}, "FAILSIGHT_JUDGE_PRICE"),
    ],
)
def test_what_makes_no_sense_is_said(known: dict[str, object], named: str) -> None:
    settings = Settings(**{"judge_model": "m", "openai_base_url": "http://127.0.0.1:9/v1", **known})
    with pytest.raises(InvalidSetting) as raised, open_judge(settings):
        pass
    assert named in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_a_replay_needs_files() -> None:
    with pytest.raises(InvalidSetting), open_judge(Settings(judge_model="m", judge_cache="off"), replay=True):
        pass


def test_a_price_allows_a_budget_in_dollars() -> None:
    price, budget = JudgePrice(usd_in=1, usd_out=1), JudgeBudget(max_usd=0.000001)
    settings = Settings(
        judge_model="m", judge_price=price, judge_budget=budget, judge_cache="off", openai_base_url="http://127.0.0.1:9"
    )
    with open_judge(settings) as judge:
        assert judge.ask(REQUEST).problem == "budget"
