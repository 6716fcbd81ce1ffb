"""A server that is asked to end while it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOST = """
import os, signal, sys
from failsight.settings import read_settings
from failsight.wiring.database import open_migrated
from failsight.wiring.ending import Ending
from failsight.wiring.listening import listen
from failsight.wiring.server import build_backend, run_server

class Collected:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

settings = read_settings()
ending = Ending()
ending.listen()
Collected()
print("went on")
backend = build_backend(open_migrated(settings).database, settings)
run_server(backend, settings, listen("127.0.0.1", 0), ending, workers=1)
print("ended")
"""


def test_a_request_that_python_lost_ends_the_server_all_the_same(tmp_path: Path) -> None:
    """What a signal raises in a destructor or a callback of the garbage collector is printed and dropped."""
    environment = os.environ | {"FAILSIGHT_DATA_DIR": str(tmp_path), "FAILSIGHT_ENCODER": "off"}
    done = subprocess.run(
        [sys.executable, "-c", LOST], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Exception ignored in" in done.stderr
    assert (done.returncode, done.stdout.split("\n")[:2]) == (0, ["went on", "ended"]), done.stderr


def test_a_request_while_it_starts_ends_it(tmp_path: Path) -> None:
    program = (
        "import os, signal; from failsight.wiring.ending import Ending; Ending().listen(); os.kill(os.getpid(), 15)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
