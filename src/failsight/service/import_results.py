"""Take in test runs, tests and results, in batches; what cannot be kept is reported with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from failsight.errors import UnreadableFile
from failsight.formats.test_records import TypedRecord
from failsight.model.run import RecordError
from failsight.model.test_result import ImportReport, KindReport, NewResult, NewRun, NewTest
from failsight.service.ports import Clock
from failsight.service.result_ports import Kept, Missing, ResultBatch, Results, Tallies
from failsight.stats.verdict import UnreadableVerdict, passes, read_verdict
from failsight.stats.window import month_of, read_moment, to_ms

BATCH = 4000
BATCHES_AT_ONCE = 8  # are counted together while an upload goes on
SHOWN_ERRORS = 1000
NAME_LIMIT = 500
PRIORITY_LIMIT = 2**31 - 1
NAMED = ("behavior", "category", "topic", "test_type", "status")
PEOPLE = ("user", "assignee", "owner")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


class Rejected(Exception):
    """A record that cannot be kept, and the field that is to blame."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


class ImportService:
    """Everything it keeps belongs to one organization. A result may come before the test and run that it names."""

    def __init__(self, results: Results, tallies: Tallies, clock: Clock) -> None:
        self._results = results
        self._tallies = tallies
        self._clock = clock

    def take(self, organization_id: str, records: Iterable[TypedRecord | RecordError]) -> ImportReport:
        """Keeps every good record, whatever becomes of the others."""
        writer, waiting = self._results.writer(organization_id, self._clock.now_iso()), self._results.spool()
        report = _Report()
        try:
            for number, batch in enumerate(_batches(self._read(records, report)), start=1):
                for missing in report.add(writer.keep(batch)):
                    waiting.add(missing.result)
                if number % BATCHES_AT_ONCE == 0:
                    self._tallies.refresh()
            for batch in _batches(waiting):
                for result, field, problem in report.add(writer.keep(batch)):
                    report.reject(_error(result.line, field, problem))
        finally:
            waiting.close()
        return report.report()

    def _read(
        self, records: Iterable[TypedRecord | RecordError], report: _Report
    ) -> Iterator[NewRun | NewTest | NewResult]:
        now = read_moment(self._clock.now_iso())
        for record in _until_damage(records):
            if isinstance(record, RecordError):
                report.reject(record)
                continue
            try:
                yield read_record(record, now)
            except Rejected as bad:
                report.reject(_error(record.line, bad.field, str(bad)))


def _batches(records: Iterable[NewRun | NewTest | NewResult]) -> Iterator[ResultBatch]:
    batch = ResultBatch()
    for record in records:
        batch.add(record)
        if len(batch) >= BATCH:
            yield batch
            batch = ResultBatch()
    if len(batch):
        yield batch


class _Report:
    """Counts while the upload goes on."""

    def __init__(self) -> None:
        self._created = dict.fromkeys(("test_runs", "tests", "test_results"), 0)
        self._existing = dict(self._created)
        self._rejected = 0
        self._errors: list[RecordError] = []

    def reject(self, error: RecordError) -> None:
        self._rejected += 1
        if len(self._errors) < SHOWN_ERRORS:
            self._errors.append(error)

    def add(self, kept: Kept) -> list[Missing]:
        """Counts what was kept; returns what was not."""
        for kind in self._created:
            self._created[kind] += kept.created.get(kind, 0)
            self._existing[kind] += kept.existing.get(kind, 0)
        return kept.missing

    def report(self) -> ImportReport:
        kinds = {kind: KindReport(created=self._created[kind], existing=self._existing[kind]) for kind in self._created}
        return ImportReport(**kinds, rejected=self._rejected, errors=sorted(self._errors, key=lambda e: e.line or 0))


def read_run(line: int, fields: dict[str, Any]) -> NewRun:
    """A test run's record; raises Rejected."""
    moment = fields.get("created_at")
    created_ms = None if moment is None else to_ms(_moment(moment))
    people = {role: value for role in PEOPLE[1:] if (value := _name(fields, role)) is not None}
    return NewRun(line, _id(fields, "id"), _name(fields, "name"), created_ms, _name(fields, "status"), people)


def read_test(line: int, fields: dict[str, Any]) -> NewTest:
    """A test's record; raises Rejected."""
    names = {name: value for name in NAMED if (value := _name(fields, name)) is not None}
    prompt = fields.get("prompt")
    if prompt is not None:
        names["prompt"] = _text("prompt", prompt)
    people = {role: value for role in PEOPLE if (value := _name(fields, role)) is not None}
    priority = fields.get("priority")
    if priority is not None and (type(priority) is not int or abs(priority) > PRIORITY_LIMIT):
        raise Rejected("priority", "must be a whole number of at most 32 bits")
    return NewTest(
        line, _id(fields, "id"), names, people, priority, _names(fields, "tags"), _names(fields, "test_sets")
    )


def read_result(line: int, fields: dict[str, Any], now: datetime) -> NewResult:
    """A result's record; ``now`` is when it is not said when it came to be. Raises Rejected."""
    test_id = _id(fields, "test_id")
    if test_id is None:
        raise Rejected("test_id", "a result must name its test")
    metrics, output = fields.get("test_metrics"), fields.get("test_output")
    try:
        verdict = read_verdict(metrics)
    except UnreadableVerdict as bad:
        raise Rejected("test_metrics", str(bad)) from bad
    for name, _ in verdict:
        if len(name) > NAME_LIMIT or not _is_text(name):
            raise Rejected("test_metrics", f"a metric's name must be a text of at most {NAME_LIMIT} characters")
    given = fields.get("created_at")
    moment = now if given is None else _moment(given)
    return NewResult(
        line,
        _id(fields, "id"),
        test_id,
        _id(fields, "test_run_id"),
        to_ms(moment),
        month_of(moment),
        verdict,
        passes(verdict),
        _json("test_metrics", metrics),
        _json("test_output", output),
    )


def _until_damage(records: Iterable[TypedRecord | RecordError]) -> Iterator[TypedRecord | RecordError]:
    """The records; damage after the first of them is one more error, because what came before is kept."""
    started = False
    try:
        for record in records:
            started = True
            yield record
    except UnreadableFile as damage:
        if not started:
            raise
        yield RecordError(message=f"{damage} What came before was read; the rest is missing.")


def read_record(record: TypedRecord, now: datetime) -> NewRun | NewTest | NewResult:
    """What the record says, checked; raises Rejected."""
    if record.kind == "test_result":
        return read_result(record.line, record.fields, now)
    if record.kind == "test":
        return read_test(record.line, record.fields)
    return read_run(record.line, record.fields)


def _error(line: int, field: str, problem: str) -> RecordError:
    return RecordError(line=line, field=field, message=f"line {line}: {field}: {problem}.")


def _id(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        if _UUID.match(value):
            return value
        try:
            return str(UUID(value))
        except ValueError:
            pass
    raise Rejected(name, f"must be a UUID, not {_shown(value)}")


def _name(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    text = _text(name, value)
    if len(text) > NAME_LIMIT:
        raise Rejected(name, f"must have at most {NAME_LIMIT} characters")
    return text


def _names(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    values = fields.get(name)
    if values is None:
        return ()
    if not isinstance(values, list):
        raise Rejected(name, f"must be a list of names, not {_shown(values)}")
    return tuple(dict.fromkeys(_name({name: value}, name) or "" for value in values))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _is_text(value):
        raise Rejected(name, f"must be a text, not {_shown(value)}")
    return value


def _moment(value: Any) -> datetime:
    try:
        return read_moment(value).astimezone(UTC)
    except (ValueError, AttributeError) as bad:
        raise Rejected("created_at", f"must be an ISO date or time, not {_shown(value)}") from bad


def _json(field: str, value: Any) -> str | None:
    """As text; a NUL, which no database takes, only ever as an escape."""
    try:
        return None if value is None else to_json(value).decode()
    except ValueError as bad:
        raise Rejected(field, "is nested too deeply, or holds text that is not UTF-8") from bad


def _is_text(value: str) -> bool:
    """Whether every database can keep it."""
    return "\0" not in value and (value.isascii() or not _SURROGATE.search(value))


def _shown(value: Any) -> str:
    return repr(value)[:60]
