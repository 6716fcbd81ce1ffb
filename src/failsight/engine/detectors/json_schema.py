"""Output against a JSON Schema: the item's own, or one quoted in the prompt."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.structured.json_text import Parsed, parse_json
from failsight.engine.structured.quoted_schema import demands_nothing_else, quoted_schema
from failsight.engine.structured.schema import Schema, SchemaViolation, Undecidable, violations
from failsight.engine.subject import Subject

SUB = "output_format_non_compliance"


class JsonSchemaOutput(Detector):
    """The output is not one JSON value, or the value breaks the schema it has to follow.

    The schema is the item's ``output_schema``, else one that stands in the prompt and is asked for. JSON is read
    strictly: no trailing comma, no NaN, no key twice, no text around it. A Markdown code fence around valid JSON is
    accepted unless the prompt asks for the JSON and nothing else; text beside JSON that follows a schema quoted in the
    prompt is unsure. References to other documents are never fetched. A schema that is malformed, unresolvable or has
    a pattern that could match for ever gives unsure.

    Fails: schema {"required": ["price"]}, output {"cost": 3}
    Passes: schema {"required": ["price"]}, output {"price": 3}
    """

    name = "json_schema"
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        item = subject.item
        asked = f"{item.system_prompt or ''}\n{subject.last_user_text}"
        schema: Schema | None = item.output_schema if item.output_schema is not None else quoted_schema(asked)
        if schema is None:
            yield NotApplicable(SUB, "the item has no output_schema and the prompt quotes none")
            return
        try:
            parsed = parse_json(item.output, fence_allowed=not demands_nothing_else(asked))
        except RecursionError:
            yield Finding(SUB, "unsure", 0.5, "The output is nested too deeply to be parsed.")
            return
        if parsed.problem is not None:
            yield _unreadable(item.output, parsed, strict=item.output_schema is not None or demands_nothing_else(asked))
            return
        try:
            broken = violations(schema, parsed.value)
        except Undecidable as reason:
            yield Finding(SUB, "unsure", 0.5, f"Not checked against the schema: {reason}.")
            return
        yield _verdict(item.output, broken)


def _unreadable(output: str, parsed: Parsed, *, strict: bool) -> Finding:
    snippet = output[parsed.start : parsed.end]
    evidence = Evidence("json", parsed.problem or "", "output", snippet, parsed.start, parsed.end, 0.97)
    if parsed.kind == "around" and not strict:
        return Finding(SUB, "unsure", 0.5, f"Whether that is allowed is open: {parsed.problem}.", (evidence,))
    probability = 0.85 if parsed.kind in {"keys", "fence"} else 0.97
    return Finding(SUB, "fail", probability, f"The output should be JSON, but {parsed.problem}.", (evidence,))


def _verdict(output: str, broken: list[SchemaViolation]) -> Finding:
    if not broken:
        return Finding(SUB, "pass", 0.01, "The output is JSON and follows the schema.")
    evidence = tuple(_evidence(output, violation) for violation in broken)
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    rationale = f"The output breaks the schema at {broken[0].path}: {broken[0].message}{more}."
    return Finding(SUB, "fail", 0.99, rationale, evidence, signals={"schema_violations": float(len(broken))})


def _evidence(output: str, violation: SchemaViolation) -> Evidence:
    """The property's place when its name stands only once in the output."""
    details = {"json_path": violation.path}
    quoted = f'"{violation.key}"'
    start = output.find(quoted) if violation.key is not None and output.count(quoted) == 1 else -1
    said = f"{violation.path}: {violation.message}"
    if start < 0:
        return Evidence("json_schema", said, "output", output.strip()[:120], None, None, 0.99, details)
    end = min(len(output), start + 100)
    return Evidence("json_schema", said, "output", output[start:end], start, end, 0.99, details)
