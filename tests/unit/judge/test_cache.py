"""Kept replies: asked once, the same for all, and never a reason to fail."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.model.judge import JudgeMessage, JudgeProblem, JudgeReply, JudgeRequest
from failsight.testing.judge import ScriptedJudge


def request(text: str = "Is it so?", **changes: object) -> JudgeRequest:
    fields = {"response_schema": {"type": "object"}, "rubrics": ("grounding@1",), "max_tokens": 50}
    return JudgeRequest.model_validate({"messages": [JudgeMessage(role="user", content=text)], **fields, **changes})


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.json")
    return path


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    inner = ScriptedJudge(lambda asked: "yes")
    first = CachedJudge(ReplyCache(tmp_path), inner).ask(request())
    again = CachedJudge(ReplyCache(tmp_path), inner).ask(request())
    assert inner.calls == 1
    assert (first.cached, first.tokens_in, again.cached, again.tokens_in, again.cost_usd) == (False, 3, True, 0, 0.0)
    assert again.text == first.text
    assert inner.ask(request(sample=1)).request_hash != first.request_hash


def test_a_file_is_the_audit_log(tmp_path: Path) -> None:
    CachedJudge(ReplyCache(tmp_path), ScriptedJudge(lambda asked: "yes ä \ud83d", model="m")).ask(request("ä \ud83d"))
    path = only_file(tmp_path)
    entry = json.loads(path.read_bytes())
    assert path.stem == request("ä \ud83d").hash("m")
    assert entry["request"]["messages"][0]["content"] == "ä \ud83d"
    assert entry["request"]["model"] == "m"
    assert entry["reply"]["text"] == "yes ä \ud83d"
    assert entry["reply"]["tokens_in"] == 2
    assert entry["seconds"] >= 0
    assert entry["written_at"].endswith("Z")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("problem", ["cut", "refused"])
def test_what_the_judge_said_badly_is_kept_too(tmp_path: Path, problem: JudgeProblem) -> None:
    def say(asked: JudgeRequest) -> JudgeReply:
        return JudgeReply(text="{", model="scripted", request_hash=asked.hash("scripted"), problem=problem)

    CachedJudge(ReplyCache(tmp_path), ScriptedJudge(say)).ask(request())
    again = CachedJudge(ReplyCache(tmp_path), None, model="scripted").ask(request())
    assert (again.text, again.problem) == ("{", problem)


def test_accidents_are_not_kept(tmp_path: Path) -> None:
    lost = JudgeReply(text=None, model="scripted", request_hash=request().hash("scripted"), problem="unreachable")
    CachedJudge(ReplyCache(tmp_path), ScriptedJudge(lambda asked: lost)).ask(request())
    assert not list(tmp_path.rglob("*.json"))


def test_a_replay_answers_from_the_files_alone(tmp_path: Path) -> None:
    CachedJudge(ReplyCache(tmp_path), ScriptedJudge(lambda asked: "yes", model="m")).ask(request())
    replay = CachedJudge(ReplyCache(tmp_path), None, model="m")
    assert replay.ask(request()).text == "yes"
    missing = replay.ask(request("something else"))
    assert (missing.text, missing.problem) == (None, "not_recorded")
    replay.stop()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"reply": {}}', '{"reply": {"text": 7}}', "\0" * 50, "[" * 100_000])
def test_a_damaged_file_is_a_miss_and_is_mended(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    inner = ScriptedJudge(lambda asked: "yes")
    judge = CachedJudge(ReplyCache(tmp_path), inner)
    judge.ask(request())
    only_file(tmp_path).write_text(damage)
    assert judge.ask(request()).text == "yes"
    assert "asked for anew" in caplog.text
    assert CachedJudge(ReplyCache(tmp_path), None, model="scripted").ask(request()).text == "yes"
    assert inner.calls == 2


def test_another_questions_reply_under_this_name_is_a_miss(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache, inner = ReplyCache(tmp_path), ScriptedJudge(lambda asked: asked.messages[0].content)
    judge = CachedJudge(cache, inner)
    judge.ask(request("a"))
    path = only_file(tmp_path)
    wrong = tmp_path / request("b").hash("scripted")[:2] / f"{request('b').hash('scripted')}.json"
    wrong.parent.mkdir(exist_ok=True)
    wrong.write_bytes(path.read_bytes())
    assert judge.ask(request("b")).text == "b"
    assert "another question" in caplog.text


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    judge = CachedJudge(ReplyCache(tmp_path / "file" / "cache"), ScriptedJudge(lambda asked: "yes"))
    assert [judge.ask(request(str(n))).text for n in range(3)] == ["yes"] * 3
    assert caplog.text.count("are not kept") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_read(tmp_path: Path) -> None:
    CachedJudge(ReplyCache(tmp_path), ScriptedJudge(lambda asked: "yes")).ask(request())
    tmp_path.chmod(0o500)
    judge = CachedJudge(ReplyCache(tmp_path), ScriptedJudge(lambda asked: "no"))
    assert judge.ask(request()).text == "yes"
    assert judge.ask(request("new")).text == "no"
    tmp_path.chmod(0o700)


def test_threads_with_the_same_question_make_one_call(tmp_path: Path) -> None:
    def slow(asked: JudgeRequest) -> str:
        time.sleep(0.05)
        return str(threading.get_ident())

    inner = ScriptedJudge(slow)
    judge = CachedJudge(ReplyCache(tmp_path), inner)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: judge.ask(request()), range(16)))
    assert inner.calls == 1
    assert len({reply.text for reply in replies}) == 1
    assert sum(reply.cached for reply in replies) == 15


def _answer_all(folder: str, name: str) -> list[str | None]:
    judge = CachedJudge(ReplyCache(folder), ScriptedJudge(lambda asked: f"{name} says {asked.messages[0].content}"))
    return [judge.ask(request(str(n))).text for n in range(150)]


def test_processes_that_share_a_folder_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        told = pool.starmap(_answer_all, [(str(tmp_path), name) for name in "abc"])
    assert told[0] == told[1] == told[2] == _answer_all(str(tmp_path), "d")
    assert not list(tmp_path.rglob(".*"))
