"""How a question is put to one endpoint of the OpenAI protocol: servers and models differ in what they take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from failsight.model.judge import JudgeRequest

Structure = Literal["json_schema", "json_object", "none"]
_NEXT: dict[Structure, Structure] = {"json_schema": "json_object", "json_object": "none"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """structure: how the shape of the reply is asked for. limit: the name of the limit of tokens. temperature: whether
    a temperature is taken."""

    structure: Structure = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True

    def body(self, request: JudgeRequest, model: str) -> dict[str, Any]:
        """The JSON body of a chat completion. Half surrogate pairs, which no UTF-8 holds, become question marks."""
        said: dict[str, Any] = {
            "model": model,
            "messages": [{"role": m.role, "content": _sendable(m.content)} for m in request.messages],
            self.limit: request.max_tokens,
            "stream": False,
        }
        if self.temperature:
            said["temperature"] = request.temperature
        if self.structure == "json_schema":
            shape = {"name": "verdicts", "strict": True, "schema": request.response_schema}
            said["response_format"] = {"type": "json_schema", "json_schema": shape}
        elif self.structure == "json_object":
            said["response_format"] = {"type": "json_object"}
        return said

    def after_complaint(self, complaint: str) -> Dialect | None:
        """What to try after an endpoint did not take a body, by what it said; None when nothing is left to try."""
        said = complaint.lower()
        if self.limit == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, limit="max_completion_tokens")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.structure in _NEXT:
            return replace(self, structure=_NEXT[self.structure])
        return None


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
