"""JSON that is valid and odd is stored or refused, on every database; it never breaks the server."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from servers import Server

ODD = {
    "a lone surrogate": '{"k": "\\ud800", "\\udfff": 1}',
    "no number": '{"k": NaN, "l": -1e999}',
    "a NUL": '{"k": "\\u0000"}',
    "a huge number": '{"k": ' + "9" * 400 + "}",
    "deep": '{"k": ' + "[" * 90 + "]" * 90 + "}",
    "too deep": '{"k": ' + "[" * 900 + "]" * 900 + "}",
}
ITEM = '{"input": "a", "output": "b", "metadata": %s, "x": %s, "tool_calls": [{"name": "t", "arguments": %s}]}'


def post(server: Server, path: str, body: str) -> int:
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(server.url + path, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.parametrize("name", ODD)
def test_odd_values_anywhere(server: Server, name: str) -> None:
    odd = ODD[name]
    item = ITEM % (odd, odd, odd)
    trace = f'{{"metadata": {odd}, "summary": {odd}, "messages": [{{"role": "user", "content": "Hi", "x": {odd}}}]}}'
    bodies = {
        "/v2/failure-analysis/analyze": f'{{"dataset": [{item}]}}',
        "/v2/evaluate/": f'{{"dataset": [{item}], "metrics": ["contains"], "metadata": {odd}}}',
        "/v2/evaluate/trace": f'{{"trace": {trace}, "metrics": ["contains"]}}',
        "/v2/security/audit": f'{{"dataset": [{item}]}}',
        "/v2/security/audit-trace": f'{{"trace": {trace}}}',
        "/api/v1/traces/upload": f'{{"trace": {trace}}}',
    }
    for path, body in bodies.items():
        assert post(server, path, body) == (400 if name == "too deep" else 200), path


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "   "])
def test_names_that_cannot_be_printed_are_refused(server: Server, text: str) -> None:
    item = '[{"input": "a", "output": "b"}]'
    for path in ("/v2/failure-analysis/analyze", "/v2/evaluate/", "/v2/security/audit"):
        assert post(server, path, f'{{"dataset": {item}, "project_name": "{text}"}}') in {400, 422}
    assert post(server, "/api/v1/traces", f'{{"trace": {{"messages": []}}, "project_name": "{text}"}}') == 400
    assert post(server, "/v2/failure-analysis/analyze", f'{{"trace_id": "{text}"}}') in {404, 422}
