"""Turns what may go wrong in a command into a message on stderr and an exit code, never a traceback."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from failsight.errors import FailsightError

INTERRUPTED = 130
CLOSED_PIPE = 141
CANNOT_EVALUATE = 3

P = ParamSpec("P")


def guarded(command: Callable[P, int | None]) -> Callable[P, None]:
    """A command that returns its exit code (None is 0) as one that typer can call."""

    @functools.wraps(command)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or 0
            sys.stdout.flush()
        except FailsightError as error:
            say(f"failsight: {error}")
            code = error.exit_code
        except BrokenPipeError:
            # Whoever read stdout has gone: nothing to say, and nothing may be flushed at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = CLOSED_PIPE
        except KeyboardInterrupt:
            say("failsight: stopped.")
            code = INTERRUPTED
        except OSError as error:
            about = f" {error.filename}" if error.filename else ""
            say(f"failsight: the system refused{about}: {error.strerror or error}. Check disk space and permissions.")
            code = CANNOT_EVALUATE
        except Exception:  # noqa: BLE001  (a crash must not exit with 1, which says that a gate failed)
            traceback.print_exc()
            say("failsight: this is a fault in Failsight itself; please report it with the lines above.")
            code = CANNOT_EVALUATE
        raise typer.Exit(code)

    return call


def say(message: str) -> None:
    """A line on stderr."""
    typer.echo(message, err=True)
