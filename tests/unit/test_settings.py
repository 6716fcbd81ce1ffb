"""Settings: the environment over the defaults, and no silent nonsense."""

from __future__ import annotations

import pytest

from failsight.engine.judging.shown import ITEM_CHARS
from failsight.errors import InvalidSetting
from failsight.model.judge import JudgeBudget, JudgePrice
from failsight.settings import Settings, child_environment, read_settings


def test_defaults() -> None:
    assert read_settings({}) == Settings()
    assert Settings().encoder is True
    assert Settings().taxonomy is None


@pytest.mark.parametrize(("word", "value"), [("off", False), ("0", False), ("No", False), (" ON ", True), ("1", True)])
def test_yes_and_no(word: str, value: bool) -> None:
    assert read_settings({"FAILSIGHT_ENCODER": word}).encoder is value


def test_a_path() -> None:
    assert read_settings({"FAILSIGHT_TAXONOMY": "mine.yaml"}).taxonomy == "mine.yaml"
    assert read_settings({"FAILSIGHT_TAXONOMY": ""}).taxonomy is None


def test_nonsense_is_refused_with_the_setting_named() -> None:
    with pytest.raises(InvalidSetting, match="FAILSIGHT_ENCODER") as raised:
        read_settings({"FAILSIGHT_ENCODER": "perhaps"})
    assert raised.value.exit_code == 2


def test_judges_settings() -> None:
    known = {
        "FAILSIGHT_JUDGE": "Uncertain",
        "FAILSIGHT_JUDGE_ITEM_CHARS": "5000",
        "FAILSIGHT_JUDGE_PRICE": " 0.15 / .6 ",
        "FAILSIGHT_JUDGE_BUDGET": "200000, 2.5 usd",
        "OPENAI_BASE_URL": " http://127.0.0.1:8080/v1 ",
        "OPENAI_API_KEY": "sk-secret",
    }
    settings = read_settings(known)
    assert settings.judge == "uncertain"
    assert (settings.judge_item_chars, Settings().judge_item_chars) == (5000, ITEM_CHARS)
    assert settings.judge_price == JudgePrice(usd_in=0.15, usd_out=0.6)
    assert settings.judge_budget == JudgeBudget(max_tokens=200_000, max_usd=2.5)
    assert "sk-secret" not in repr(settings)
    assert read_settings({"FAILSIGHT_JUDGE_BUDGET": "$2"}).judge_budget == JudgeBudget(max_usd=2)
    assert read_settings(child_environment(settings)) == settings


def test_a_key_alone_asks_no_judge() -> None:
    assert read_settings({"OPENAI_API_KEY": "any thing, odd\n too", "OPENAI_BASE_URL": "?"}).judge == "never"


@pytest.mark.parametrize(
    "known",
    [
        {"FAILSIGHT_JUDGE": "sometimes"},
        {"FAILSIGHT_JUDGE_PRICE": "0.15"},
        {"FAILSIGHT_JUDGE_PRICE": "1/-2"},
        {"FAILSIGHT_JUDGE_PRICE": "nan/inf"},
        {"FAILSIGHT_JUDGE_BUDGET": "0"},
        {"FAILSIGHT_JUDGE_BUDGET": "1.5"},
        {"FAILSIGHT_JUDGE_BUDGET": "100,200"},
        {"FAILSIGHT_JUDGE_BUDGET": "2usd,$3"},
        {"FAILSIGHT_JUDGE_BUDGET": "much"},
        {"FAILSIGHT_JUDGE_CONCURRENCY": "0"},
        {"FAILSIGHT_JUDGE_TIMEOUT": "²"},
        {"FAILSIGHT_JUDGE_ITEM_CHARS": "999"},
    ],
)
def test_judges_settings_that_make_no_sense(known: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting, match=next(iter(known))):
        read_settings(known)
