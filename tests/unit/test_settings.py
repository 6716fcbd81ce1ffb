"""Settings: the environment over the defaults, and no silent nonsense."""

from __future__ import annotations

import pytest

from failsight.errors import InvalidSetting
from failsight.settings import Settings, read_settings


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
