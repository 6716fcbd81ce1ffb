"""Everything a judge is asked about one item: ask, repair what cannot be read, repeat what is borderline, conclude.
A request that is too long for the judge's context is asked again in smaller ones.

Pure: it gives requests and takes replies; somebody upstairs carries them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from failsight.engine.detector import Finding
from failsight.engine.judging.fitting import Portion, smaller
from failsight.engine.judging.manipulation import speaks_to_judge
from failsight.engine.judging.prompt import PER_CALL, build_repair, build_request, split
from failsight.engine.judging.reply import Reading, Verdict, read_reply
from failsight.engine.judging.shown import ITEM_CHARS, ON_DEMAND, Shown, show
from failsight.engine.judging.verdict import Told, to_finding, to_score, unreadable
from failsight.engine.pipeline import Examination, Plan, SourcedFinding, decision_of
from failsight.engine.rubric import Rubric
from failsight.model.judge import JudgeReply, JudgeRequest

BORDERLINE = 0.3, 0.7
TEMPERATURE = 0.7
MIDDLE_SCORE = 3
UNREAD = "the judge's reply cannot be read"
SILENT = {
    "budget": "the judge's budget is spent",
    "cancelled": "judging was stopped",
    "not_recorded": "the judge's reply to this is not among the recorded ones",
    "refused": "the judge refused this question",
    "too_long": "not even a part of the item fits into the judge's context",
    "unreachable": "the judge could not be reached",
    None: "the judge gave no reply",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks, and what of the item it shows."""

    portion: Portion
    shown: Shown


@dataclass(frozen=True, slots=True)
class _Unread:
    """An answer that could not be read so far."""

    request: JudgeRequest
    reply: JudgeReply
    problem: str


class Interview:
    """Ask for ``requests()`` and give every reply to ``accept`` until there are no more, then ``conclude``.

    rubrics: what is asked of this item. rejudge: how often a borderline verdict is asked again. budget: characters of
    the item shown, at most.
    """

    def __init__(
        self, plan: Plan, seen: Examination, rubrics: Sequence[Rubric], *, rejudge: int = 0, budget: int = ITEM_CHARS
    ) -> None:
        self.seen = seen
        self.rubrics = tuple(rubrics)
        self._plan = plan
        self._rejudge = rejudge
        self._budget = budget
        self._round = 0
        self._asked: dict[tuple[tuple[str, ...], int], _Asked] = {}
        self._smaller: list[JudgeRequest] = []
        self._shrunk = False
        self._portion: dict[str, Portion] = {}
        self._shown: dict[tuple[frozenset[str], int], Shown] = {}
        self._by_receipt = {rubric.receipt: rubric for rubric in rubrics}
        self._told: dict[str, list[Told]] = {}
        self._unread: dict[str, _Unread] = {}
        self._silent: dict[str, str] = {}

    def requests(self) -> list[JudgeRequest]:
        """The next requests; none when the interview is over."""
        while self._smaller or self._round < 3:
            made, self._smaller = self._smaller, []
            if not made:
                self._round += 1
                made = (self._ask, self._repair, self._repeat)[self._round - 1]()
            if made:
                return made
        return []

    def accept(self, request: JudgeRequest, reply: JudgeReply) -> None:
        """Takes the reply to one of these requests."""
        rubrics = [self._by_receipt[receipt] for receipt in request.rubrics]
        if reply.text is None or reply.problem not in (None, "cut", "too_long"):
            if self._round == 1:
                why = SILENT.get(reply.problem, SILENT[None])
                self._silent.update((rubric.name, why) for rubric in rubrics)
            return
        asked = self._asked[request.rubrics, request.sample]
        reading = read_reply(reply.text, rubrics, asked.shown.texts, asked.shown.marker)
        for rubric in rubrics:
            answer = reading.answers.get(rubric.name)
            if answer is not None:
                self._told.setdefault(rubric.name, []).append(Told(rubric, answer, reply, asked.shown))
                self._unread.pop(rubric.name, None)
        if reply.problem != "too_long" or not self._ask_smaller(request, reading):
            self._keep_unread(request, reply, reading)

    def stop(self, reason: str) -> None:
        """Ends the interview: what has no answer yet will say ``reason``."""
        self._round, self._smaller = 3, []
        for rubric in self.rubrics:
            if rubric.name not in self._told and rubric.name not in self._unread:
                self._silent.setdefault(rubric.name, reason)

    def conclude(self) -> Examination:
        """The examination with the judge's findings and scores added, and its flags set anew."""
        judged = False
        manipulation = speaks_to_judge(self._show(self.rubrics).texts) if self._told else None
        for rubric in self.rubrics:
            name, unread = rubric.name, self._unread.get(rubric.name)
            if name in self._told:
                judged |= self._conclude(rubric, self._told[name], manipulation)
            elif unread is not None and rubric.subcategory and self._local(name) in (None, "unsure"):
                self._add(rubric, unreadable(rubric, unread.reply, unread.problem))
                judged = True
            else:
                self._note(rubric, UNREAD if unread else self._silent.get(name, SILENT[None]))
        if judged:
            self._plan.flag(self.seen)
        return self.seen

    def _show(self, rubrics: Sequence[Rubric], chars: int | None = None) -> Shown:
        extra = frozenset(
            name for rubric in rubrics for name in (*rubric.needs, *rubric.uses) if name in ON_DEMAND
        )  # fmt: skip
        key = extra, self._budget if chars is None else chars
        if key not in self._shown:
            self._shown[key] = show(self.seen.item, extra, key[1])
        return self._shown[key]

    def _request(self, portion: Portion, sample: int = 0, temperature: float = 0.0) -> JudgeRequest:
        shown = self._show(portion.rubrics, portion.chars)
        request = build_request(shown, portion.rubrics, sample=sample, temperature=temperature)
        self._asked[request.rubrics, sample] = _Asked(portion, shown)
        self._portion.update((rubric.name, portion) for rubric in portion.rubrics)
        return request

    def _ask(self) -> list[JudgeRequest]:
        return [self._request(Portion(tuple(part), self._budget)) for part in split(self.rubrics)]

    def _ask_smaller(self, request: JudgeRequest, reading: Reading) -> bool:
        """Asks again what a request that was too long left open; False where it cannot be made smaller."""
        asked = self._asked[request.rubrics, request.sample]
        open_ones = [rubric for rubric in asked.portion.rubrics if rubric.name not in reading.answers]
        portions = [Portion(tuple(open_ones), asked.portion.chars)]
        if len(open_ones) == len(asked.portion.rubrics):
            portions = smaller(open_ones, asked.portion.chars, request, asked.shown)
        self._shrunk |= bool(portions)
        self._smaller += [self._request(one, request.sample, request.temperature) for one in portions if one.rubrics]
        return bool(portions)

    def _keep_unread(self, request: JudgeRequest, reply: JudgeReply, reading: Reading) -> None:
        """Notes what was not answered, to be asked for again."""
        for receipt in request.rubrics if self._round < 3 else ():
            name = self._by_receipt[receipt].name
            if name in reading.answers:
                continue
            if reply.text or reply.problem != "too_long":
                self._unread[name] = _Unread(request, reply, reading.problems[name])
            elif name not in self._unread:
                self._silent[name] = SILENT[reply.problem]

    def _repair(self) -> list[JudgeRequest]:
        """One repetition for each reply with answers that cannot be read."""
        made = []
        for asked in dict.fromkeys(one.request.rubrics for one in self._unread.values()):
            bad = {name: one for name, one in self._unread.items() if one.request.rubrics == asked}
            first = next(iter(bad.values()))
            rubrics = [rubric for rubric in self.rubrics if rubric.name in bad]
            problems = {name: one.problem for name, one in bad.items()}
            request = build_repair(first.request, first.reply, problems, rubrics)
            before = self._asked[asked, 0]
            self._asked[request.rubrics, 0] = _Asked(Portion(tuple(rubrics), before.portion.chars), before.shown)
            made.append(request)
        return made

    def _repeat(self) -> list[JudgeRequest]:
        """``rejudge`` further samples of what is borderline, in requests no larger than what was answered."""
        rubrics = [rubric for rubric in self.rubrics if self._rejudge and self._is_borderline(rubric)]
        by_chars: dict[int, list[Rubric]] = {}
        for rubric in rubrics:
            by_chars.setdefault(self._portion[rubric.name].chars, []).append(rubric)
        return [
            self._request(Portion(tuple(part), chars), sample, TEMPERATURE)
            for chars, alike in by_chars.items()
            for part in split(alike, self._most(alike))
            for sample in range(1, self._rejudge + 1)
        ]

    def _most(self, rubrics: Sequence[Rubric]) -> int:
        """How many of them one request may ask."""
        return min(len(self._portion[rubric.name].rubrics) for rubric in rubrics) if self._shrunk else PER_CALL

    def _is_borderline(self, rubric: Rubric) -> bool:
        """Whether the verdict is between 0.3 and 0.7, or the opposite of a local one."""
        told = self._told.get(rubric.name)
        answer = told[0].answer if told else None
        if not isinstance(answer, Verdict) or answer.said == "not_applicable":
            return False
        near = BORDERLINE[0] <= answer.probability <= BORDERLINE[1]
        return near or {answer.said, self._local(rubric.name)} == {"fail", "pass"}

    def _local(self, name: str) -> str | None:
        """What the local checks decided."""
        found = [one for one in self._place(name).get(name, ()) if one.finding.family != "judge"]
        return decision_of(found) if found else None

    def _conclude(self, rubric: Rubric, told: list[Told], manipulation: str | None) -> bool:
        """Adds what was told; whether it is a finding."""
        answer = told[0].answer
        if isinstance(answer, Verdict):
            if answer.said == "not_applicable":
                self._note(rubric, "the judge: it does not apply to this item")
                return False
            kept = [one for one in told if isinstance(one.answer, Verdict) and one.answer.said != "not_applicable"]
            self._add(rubric, to_finding(kept, manipulation))
            return True
        if manipulation is not None and (answer.score or 0) > MIDDLE_SCORE:
            self._note(rubric, "the item speaks to its judge, so that a good score does not count")
            return False
        local = self.seen.scores.get(rubric.serves)
        score = to_score(told[0], local)
        if score is None:
            self._note(rubric, "the judge: it cannot be scored on this item")
            return False
        self.seen.scores[rubric.serves] = score
        self.seen.skipped.pop(f"metric:{rubric.serves}", None)
        self.seen.ran.add(f"judge:{rubric.receipt}")
        return False

    def _place(self, name: str) -> dict[str, list[SourcedFinding]]:
        """Where findings on a subcategory belong: an audit has them for its flags alone."""
        return self.seen.findings if name in self._plan.wanted else self.seen.hidden

    def _add(self, rubric: Rubric, finding: Finding) -> None:
        receipt = f"judge:{rubric.receipt}"
        self._place(rubric.serves).setdefault(rubric.serves, []).append(SourcedFinding(receipt, finding))
        self.seen.skipped.pop(rubric.serves, None)
        self.seen.ran.add(receipt)

    def _note(self, rubric: Rubric, reason: str) -> None:
        """Why the judge says nothing: in place of the reason that nothing else does, or beside what something does."""
        if rubric.metric:
            key = f"judge:{rubric.serves}" if rubric.serves in self.seen.scores else f"metric:{rubric.serves}"
        else:
            known = rubric.serves in self.seen.findings or rubric.serves not in self._plan.wanted
            key = f"judge:{rubric.serves}" if known else rubric.serves
        self.seen.skipped[key] = reason
