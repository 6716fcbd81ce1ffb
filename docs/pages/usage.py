"""Reference pages of how the program is used: settings, commands, exit codes."""

from __future__ import annotations

import dataclasses
import inspect
import re
from enum import Enum
from types import NoneType
from typing import get_args

from pages.markdown import codes, page, prose, table
from typer.models import ArgumentInfo

from failsight import errors
from failsight.cli.main import app
from failsight.errors import FailsightError
from failsight.settings import Settings


def settings() -> str:
    text = " ".join((inspect.getdoc(Settings) or "").split())
    rows = []
    for field in dataclasses.fields(Settings):
        told = re.search(rf"\b{field.name}: (.*?) ?\(((?:FAILSIGHT|OPENAI)_\w+)([^)]*)\)", text)
        if told is None:
            raise SystemExit(f"the docstring of Settings does not describe '{field.name}: ... (NAME_OF_VARIABLE)'")
        rows.append([f"`{field.name}`", f"`{told[2]}{told[3]}`", f"`{field.default}`", told[1].strip() + "."])
    return page(
        "Settings",
        "A flag of the command line wins over the environment, the environment over the default.",
        table(["setting", "environment", "default", "meaning"], rows),
    )


def commands() -> str:
    parts = [
        "Every command has `--help`. Results go to stdout, notes and progress to stderr. [Exit codes](exit-codes.md)."
    ]
    found = [("", command) for command in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        found += [(f"{group.name} ", command) for command in group.typer_instance.registered_commands]
    for group_name, command in found:
        call = command.callback
        assert call is not None
        parameters = inspect.signature(call, eval_str=True).parameters.values()
        rows = [_parameter(one) for one in parameters if not _is_hidden(one)]
        text = f"## failsight {group_name}{command.name or call.__name__}\n\n{prose(call)}"
        parts.append(text + (f"\n\n{table(['option', 'default', 'meaning'], rows)}" if rows else ""))
    return page("Commands", *parts)


def _is_hidden(one: inspect.Parameter) -> bool:
    return bool(getattr(get_args(one.annotation)[1], "hidden", False))


def _parameter(one: inspect.Parameter) -> tuple[str, str, str]:
    """Name, default and help of one parameter of a command, read off its annotation."""
    kind, info = get_args(one.annotation)
    plain = next((part for part in get_args(kind) if part is not NoneType), kind)
    default = getattr(one.default, "value", one.default)
    shown = f"`{default}`" if default not in (inspect.Parameter.empty, None, [], "") and default is not False else ""
    value = info.metavar or ("N" if plain is int else one.name.upper())
    if inspect.isclass(plain) and issubclass(plain, Enum):
        value = "|".join(str(member.value) for member in plain)
    if isinstance(info, ArgumentInfo):
        return f"`{value}`", shown, info.help or ""
    first = info.default if isinstance(info.default, str) else f"--{one.name.replace('_', '-')}"
    names = ", ".join([first, *(info.param_decls or ())])
    return f"`{names}`" if plain is bool else f"`{names} {value}`", shown, info.help or ""


def exit_codes() -> str:
    meanings = {
        0: "fine: everything was evaluated and no rule was hit",
        1: "a gate failed: a `--fail-on` rule was hit",
        2: "wrong usage or configuration: an option, a name, a setting or a taxonomy",
        3: "could not evaluate (everything): an unreadable file or records that had to be skipped",
        4: "inconclusive: kept for gates that compare runs, which are not built yet",
    }
    signals = "130 stands for an interruption by the keyboard, 141 for a reader of the output that went away."
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, FailsightError)]
    rows = [
        [code, meaning, codes(c.__name__ for c in classes if c.exit_code == code)] for code, meaning in meanings.items()
    ]
    return page(
        "Exit codes",
        table(["code", "meaning", "errors"], rows),
        signals + " A message goes to stderr, the result to stdout.",
    )
