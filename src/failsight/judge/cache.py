"""Replies kept as files, addressed by what was asked: they are not paid for twice, and they are the audit log."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from failsight.model.judge import JudgeReply, JudgeRequest

log = logging.getLogger("failsight.judge")


class ReplyCache:
    """A folder of JSON files, one for each reply: ``ab/abcdef….json``, named by the request's hash. A file holds the
    request, the raw reply, the tokens, the seconds and the moment. Processes may share the folder; the first reply to a
    request stays, so that all of them say the same.

    A file that cannot be read is a miss with a warning, and is written anew. A folder that cannot be written keeps
    nothing, which is said once. Files are for their owner alone: they hold what the judged application said.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._warned = False
        self._lock = threading.Lock()

    def get(self, address: str) -> JudgeReply | None:
        """The reply to the request of this hash, as it came; None when there is none that can be read."""
        path = self._path(address)
        try:
            entry = json.loads(path.read_bytes())
            reply = JudgeReply.model_validate(entry["reply"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as broken:
            log.warning("The kept reply %s cannot be read (%s): it is asked for anew.", path, type(broken).__name__)
            return None
        if reply.request_hash != address or reply.text is None:
            log.warning("The kept reply %s belongs to another question: it is asked for anew.", path)
            return None
        return reply

    def put(self, request: JudgeRequest, reply: JudgeReply, seconds: float) -> JudgeReply:
        """Keeps a reply; the one that is kept, which is another process's where that was earlier."""
        entry = {
            "request": {"model": reply.model, **request.model_dump(mode="json")},
            "reply": reply.model_dump(mode="json"),
            "seconds": round(seconds, 3),
            "written_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        try:
            return (
                reply if self._write(self._path(reply.request_hash), entry) else self.get(reply.request_hash) or reply
            )
        except OSError as broken:
            self._warn(f"{broken.strerror or broken}")
            return reply

    def _write(self, path: Path, entry: Mapping[str, Any]) -> bool:
        """False when a readable entry is there already."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(entry, file, indent=1)
            try:
                os.link(name, path)
            except FileExistsError:
                if self.get(path.stem) is not None:
                    return False
                Path(name).replace(path)
            except OSError:  # a file system without hard links
                Path(name).replace(path)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
        return True

    def _path(self, address: str) -> Path:
        return self.folder / address[:2] / f"{address}.json"

    def _warn(self, problem: str) -> None:
        with self._lock:
            first, self._warned = not self._warned, True
        if first:
            log.warning("Replies of the judge are not kept: %s cannot be written (%s).", self.folder, problem)
