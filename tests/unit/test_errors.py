"""The tree of errors: complete in its drawing, each with a message, a status and an exit code."""

from __future__ import annotations

import inspect
import re

import pytest

from failsight import errors
from failsight.errors import FailsightError, InvalidItem, UnknownName

CLASSES = [
    thing
    for _, thing in inspect.getmembers(errors, inspect.isclass)
    if issubclass(thing, FailsightError) and thing.__module__ == errors.__name__
]


def test_every_error_is_drawn_in_the_tree_with_its_codes() -> None:
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        entry = re.match(r"[\s│├└─]*(\w+)(?:\s+status (\d+)\s+exit (\d))?\s*$", line)
        if entry and hasattr(errors, entry[1]):
            drawn[entry[1]] = entry.groups()[1:]
    assert set(drawn) == {cls.__name__ for cls in CLASSES}
    for cls in CLASSES:
        status, code = drawn[cls.__name__]
        if status:
            assert (cls.status_code, cls.exit_code) == (int(status), int(code)), cls


@pytest.mark.parametrize("cls", CLASSES)
def test_the_docstring_is_the_message(cls: type[FailsightError]) -> None:
    assert "__doc__" in vars(cls)
    assert cls.__doc__
    if "__init__" in vars(cls) and cls is not FailsightError:
        return
    known = {name: f"<{name}>" for name in re.findall(r"{(\w+)", cls.__doc__)}
    text = str(cls(**known))
    for value in known.values():
        assert value in text
    assert "{" not in text


def test_the_message_says_where_what_and_the_fix() -> None:
    raised = InvalidItem(where="line 3", field="output", problem="it is a number", fix="write a text")
    assert str(raised) == "line 3: field 'output': it is a number. Fix: write a text"
    assert raised.known["field"] == "output"


def test_unknown_name_without_anything_close() -> None:
    assert str(UnknownName("bucket", "zzz", [])) == "There is no bucket 'zzz'. Known: none."


def test_exit_codes_are_those_of_the_contract() -> None:
    assert {cls.exit_code for cls in CLASSES} <= {2, 3}
