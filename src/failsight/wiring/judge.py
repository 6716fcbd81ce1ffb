"""Puts a judge together: an endpoint, a budget around it, and a cache around both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from failsight.errors import InvalidSetting
from failsight.judge.budget import BudgetedJudge, Purse
from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.model.judge import JudgeMode
from failsight.service.judge_items import JudgePlan
from failsight.service.ports import Judge
from failsight.settings import Settings
from failsight.wiring.taxonomy import load_rubrics

OPENAI_URL = "https://api.openai.com/v1"


@contextmanager
def open_judging(
    settings: Settings,
    *,
    mode: JudgeMode | None = None,
    rejudge: int = 0,
    replay: bool = False,
    api_key: str | None = None,
) -> Iterator[JudgePlan | None]:
    """The judging of one run, with the rubrics of the settings' taxonomy; None where no judge is to be asked.
    mode: instead of the settings'. The rest as in ``open_judge``."""
    chosen = mode or settings.judge
    if chosen == "never":
        yield None
        return
    with open_judge(settings, api_key=api_key, replay=replay) as judge:
        rubrics = load_rubrics(settings.taxonomy)
        yield JudgePlan(judge, rubrics, chosen, rejudge=rejudge, item_chars=settings.judge_item_chars)


@contextmanager
def open_judge(settings: Settings, *, api_key: str | None = None, replay: bool = False) -> Iterator[Judge]:
    """The judge of one run: its budget begins anew, its connections are closed at the end.

    api_key: a request's own key instead of the settings'. replay: answers come from the cache alone, nothing is sent.
    Raises InvalidSetting where something is missing or makes no sense.
    """
    if not settings.judge_model:
        fix = "Name one with --judge-model or FAILSIGHT_JUDGE_MODEL."
        raise InvalidSetting(name="FAILSIGHT_JUDGE_MODEL", value="", problem="a judge needs a model", fix=fix)
    cache = reply_cache(settings)
    if replay:
        if cache is None:
            fix = "Name its folder with --judge-cache or FAILSIGHT_JUDGE_CACHE."
            raise InvalidSetting(name="FAILSIGHT_JUDGE_CACHE", value="off", problem="a replay needs a cache", fix=fix)
        yield CachedJudge(cache, None, model=settings.judge_model)
        return
    limits = Limits(settings.judge_concurrency, settings.judge_timeout)
    with closing(EndpointJudge(judge_address(settings, api_key), limits, settings.judge_price)) as endpoint:
        judge: Judge = endpoint
        if settings.judge_budget is not None:
            if settings.judge_budget.max_usd is not None and settings.judge_price is None:
                fix = "Give one with FAILSIGHT_JUDGE_PRICE, such as 0.15/0.60, or a budget in tokens."
                value = str(settings.judge_budget)
                raise InvalidSetting(name="FAILSIGHT_JUDGE_BUDGET", value=value, problem="no price is known", fix=fix)
            judge = BudgetedJudge(judge, Purse(settings.judge_budget, settings.judge_price))
        yield judge if cache is None else CachedJudge(cache, judge)


def reply_cache(settings: Settings) -> ReplyCache | None:
    """Where replies are kept; None when that is switched off."""
    if settings.judge_cache == "off":
        return None
    return ReplyCache(settings.judge_cache or Path(settings.data_dir) / "judge")


def judge_address(settings: Settings, api_key: str | None = None) -> Address:
    """Where the judge is asked. Raises InvalidSetting, which never quotes a key."""
    key = (api_key or settings.openai_api_key or "").strip()
    if not re.fullmatch(r"[!-~]*", key):
        fix = "Give the key alone, as it was issued."
        raise InvalidSetting(name="OPENAI_API_KEY", value="***", problem="it holds spaces or odd characters", fix=fix)
    if not key and not settings.openai_base_url:
        fix = "Set OPENAI_BASE_URL to any endpoint of the OpenAI protocol, or OPENAI_API_KEY for OpenAI's own."
        raise InvalidSetting(name="OPENAI_BASE_URL", value="", problem="a judge needs an address or a key", fix=fix)
    return Address(_checked_url(settings.openai_base_url or OPENAI_URL), settings.judge_model or "", key or None)


def _checked_url(url: str) -> str:
    if "@" in url:
        fix = "Give the address alone; the key goes into OPENAI_API_KEY."
        raise InvalidSetting(name="OPENAI_BASE_URL", value="***", problem="it holds a user name or password", fix=fix)
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        fine = fine and not parts.query and not parts.fragment and url.isprintable() and " " not in url
    except ValueError:
        fine = False
    if not fine:
        fix = "Give the address without the path /chat/completions, such as http://127.0.0.1:8080/v1."
        raise InvalidSetting(name="OPENAI_BASE_URL", value=url, problem="it is no http address", fix=fix)
    return url.rstrip("/").removesuffix("/chat/completions")
