"""Structured logs: one JSON object a line, on stderr. Bodies, keys and query strings are never logged."""

from __future__ import annotations

import json
import logging
import sys

_OWN = ("request_id", "method", "route", "status", "ms", "job_id")


class JsonLines(logging.Formatter):
    """time, level, logger, message and the fields of a request or job; a traceback as one text."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name}
        line["message"] = record.getMessage()
        line |= {name: getattr(record, name) for name in _OWN if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Sends all logs of the process to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
