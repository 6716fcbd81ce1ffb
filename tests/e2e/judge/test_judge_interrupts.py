"""Ctrl-C while a judge is asked: calls under way are given up, what came is kept, a second one leaves at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_commands import by_judge, verdicts, write

from failsight.testing.endpoint import Body, ScriptedEndpoint


@pytest.fixture(autouse=True)
def _heard_interrupts() -> Iterator[None]:
    """Children inherit that an interrupt is heard, also where these tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(environment: dict[str, str], data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "failsight", "analyze", str(data), "--judge", "always", "--json"]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def hanging(endpoint: ScriptedEndpoint, answered: int) -> threading.Event:
    """After so many answers the endpoint says nothing until the event is set."""
    over, lock, left = threading.Event(), threading.Lock(), [answered]

    def answer(body: Body) -> str:
        with lock:
            left[0] -= 1
            silent = left[0] < 0
        if silent:
            over.wait(120)
        return verdicts(body)

    endpoint.answer = answer
    return over


def test_an_interrupt_gives_up_what_is_under_way_and_keeps_what_is_known(
    environment: dict[str, str], data: Path, endpoint: ScriptedEndpoint
) -> None:
    over = hanging(endpoint, answered=12)
    write(data, 60)
    try:
        with start(environment, data) as process:
            while len(endpoint.bodies) < 16:
                assert process.poll() is None
                time.sleep(0.02)
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=100)
            assert time.monotonic() - began < 50, "a call lasts 120 s"
    finally:
        over.set()
    assert process.returncode == 130
    assert "asked no more" in err
    told = json.loads(out)
    assert told["judge"]["stopped"]
    assert told["judge"]["calls"] == 12, "what was given up is no call"
    assert len(told["inputs"]) == 60
    assert 4 <= len({tag["item_index"] for tag in by_judge(told)}) <= told["judge"]["items_asked"] < 30


def test_a_second_interrupt_leaves_at_once(environment: dict[str, str], data: Path, endpoint: ScriptedEndpoint) -> None:
    write(data, 20_000)
    with start(environment, data) as process:
        while not endpoint.bodies:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert "asked no more" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "failsight: stopped.\n")
