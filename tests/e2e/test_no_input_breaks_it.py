"""Whatever is sent, the server never answers 500 (schemathesis against its own OpenAPI page)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from servers import serve


def test_no_input_breaks_the_server(tmp_path: Path) -> None:
    program = shutil.which("schemathesis", path=Path(sys.executable).parent)
    assert program is not None
    with serve(tmp_path, workers=0) as server:
        command = [program, "run", f"{server.url}/openapi.json", "--header", f"Authorization: Bearer {server.key}"]
        command += [
            "--checks",
            "not_a_server_error",
            "--max-examples",
            "4",
            "--seed",
            "1",
            "--phases",
            "examples,fuzzing",
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
