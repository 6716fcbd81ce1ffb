"""Sentences of a passage that ask an assistant for something, although a passage only has to inform."""

from __future__ import annotations

import re

from failsight.engine.hashed_words import weigh, word_buckets
from failsight.engine.injection.weights import BIAS, FEATURES, HASHED, WEIGHTS
from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.value import value_class

_YOURS = r"(?:response|answer|reply|output|message|solution|explanation|summary|elucidation|translation|analysis)s?"
REPLY = re.compile(rf"\b(?:your|the|this) (?:\w+ ){{0,2}}{_YOURS}\b|\b(?:in|to|with|of|into) (?:your|this) {_YOURS}")
YOUR_REPLY = re.compile(rf"\byour (?:\w+ ){{0,2}}{_YOURS}\b")
YOUR_CODE = re.compile(
    r"\b(?:your|the) (?:\w+ ){0,3}(?:code(?:base)?|implementation|program|algorithm|script|solution|project|"
    r"architecture|function|application|system)\b"
)
CODE_BELOW = re.compile(
    r"\b(?:following|below|subsequent|next|given|provided|this)\b[^.\n]{0,20}\b(?:code|snippet|block|excerpt|"
    r"section|script|command|function|lines?)\b|\bcode (?:snippet|block|excerpt|section|"
    r"below)s?\b[^\n]{0,60}:\s*$"
)
IMPERATIVE = re.compile(
    r"^\W*(?:(?:please|kindly|also|now|then|first|next|finally|additionally|remember to|be sure to|make sure "
    r"(?:to|that)|don['’]t forget to|do not forget to|"
    r"do not hesitate to|don['’]t hesitate to|consider|you (?:must|should|may|can|could|need to)|feel free to|"
    r"it is (?:important|recommended) to|ensure (?:that )?(?:to|you)?|keep in mind to|let your|"
    r"in your (?:response|answer|reply),?|to (?:proceed|continue|begin),?|when (?:you )?(?:answering|"
    r"responding),?)\s+){0,3}"
    r"(?:add(?:ing)?|includ(?:e|ing)|insert(?:ing)?|integrat(?:e|ing)|modify(?:ing)?|augment|enhanc(?:e|ing)|"
    r"append(?:ing)?|mention|replac(?:e|ing)|substitut(?:e|ing)|swap|render|provid(?:e|ing)|writ(?:e|ing)|"
    r"compos(?:e|ing)|"
    r"explain|describe|translat(?:e|ing)|convert(?:ing)?|summari[sz](?:e|ing)|list|give|tell|generat(?:e|ing)|"
    r"creat(?:e|ing)|develop|draft|produce|outline|discuss|suggest|recommend|promote|advertis(?:e|ing)|"
    r"encourag(?:e|ing)|"
    r"us(?:e|ing)|utili[sz](?:e|ing)|employ(?:ing)?|incorporat(?:e|ing)|embed(?:ding)?|merg(?:e|ing)|"
    r"blend(?:ing)?|combin(?:e|ing)|fus(?:e|ing)|infus(?:e|ing)|weav(?:e|ing)|enrich(?:ing)?|execut(?:e|ing)|"
    r"run|deploy|introduc(?:e|ing)|ensur(?:e|ing)|"
    r"scrambl(?:e|ing)|jumbl(?:e|ing)|rearrang(?:e|ing)|misspell|anagram|encod(?:e|ing)|encrypt|reverse|"
    r"remove|delete|omit|group|shuffl(?:e|ing)|capitali[sz]e|repeat|insert|answer|respond|reply|speak|"
    r"break down|walk through|solve|calculate|compare|identify|analy[sz](?:e|ing)|define|recite|sing|tease|"
    r"hint|reveal|share|show|send|click|visit|download|call|ignore|forget|engage|adopt|apply|leverage|absorb|"
    r"meld|interweave|enlist|tailor|adapt|mix|drop|place|put|start|begin|end|finish|express|emphasi[sz](?:e|"
    r"ing)|highlight|alter|change|rewrite|rephrase|paraphrase|format|present|craft|design|offer|inform|remind|"
    r"invite|link|point|refer|cite|quote|imagine|pretend|act|automate|organi[sz]e|schedule|check|find|track|"
    r"monitor|measure|gauge|assess|"
    r"determine|estimate|gather|search|sort|set|update|book|remind|evaluate|predict|display|implement|"
    r"configure|disclose|notify|announce|state|claim|declare|inject|collect|look up|fetch|"
    r"retrieve|extract|classify|rate|rank|count|plan|arrange|prepare|prioriti[sz]e|filter|archive|forward|"
    r"email|post|publish|tweet|report|log|record|save|store|copy|transfer|pay|order|cancel|"
    r"explore|investigate|examine|review|research|study|detail|clarify|elaborate|illustrate|demonstrate|teach|"
    r"train|help|assist|guide|advise|propose|brainstorm|invent|imitate|mimic|simulate|"
    r"talk|speak|chat|say|mention|note|warn|assure|convince|persuade|urge|invite|welcome|thank|apologi[sz]e|"
    r"cipher|decode|decrypt|translate|spell|type|print|read|transcribe|transform|turn|"
    r"make|keep|let|get|take|bring|open|close|install|upload|share|switch|map|flip|mirror|uppercase|lowercase|"
    r"split|join|concatenate|interleave|mask|hide|redact|censor)\b"
)
QUESTION = re.compile(
    r"^\W*(?:(?:can|could|would|will) you|how (?:do|does|can|would|to|did|is|are|many|much|long)|what(?:['’]s|"
    r" is| are| was| were| do| does| did| would)|who (?:is|was|wrote|invented|discovered|are)|where (?:is|are|"
    r"can|do)|when (?:is|was|did|do)|why (?:is|are|do|does|did)|which|is it|are there|do you|"
    r"does)\b[^\n]{3,300}\?\s*$"
)
TASK = re.compile(
    r"\b(?:poem|essay|story|speech|letter|example|function|recipe|joke|song|summary|translation|equivalent|in "
    r"(?:french|german|spanish|english|japanese|russian|chinese|italian)|simple terms|step[- ]by[- ]step|"
    r"differences? between|process of|lifecycle|theory|capital of|plot of|causes of|history of|importance of|"
    r"benefits of|vowels?|letters?|spaces?|punctuation|typos?|misspell\w*|emoji\w*|symbols?|numbers?|every "
    r"(?:other |second |third |fourth |\w+th )?word)\b"
)
PITCH = re.compile(
    r"\b(?:https?://|www\.|\w+\.(?:com|net|org|xyz|io|ru|info)\b|visit|click|subscribe|download|sign up|buy|"
    r"purchase|discount|free|offer|deal|winner|prize|secret|shocking|exclusive|urgent\w*|limited|donat\w+|"
    r"vote|viral|rich|guaranteed)"
)
DANGER = re.compile(
    r"os\.system|subprocess|rm -rf|curl |wget |requests\.(?:post|get)|urlopen|urlretrieve|exec\(|eval\(|"
    r"socket\.|paramiko|smtplib|cookiejar|os\.environ|os\.remove|chmod|/etc/|dd if=|psutil|ftplib|miner|"
    r"exploit|pickle\.load|getpass|keyring|bluetooth|shutil\.(?:move|rmtree)",
)
_QUOTED = re.compile(r"[\"“'‘][^\"”'’\n]{3,200}[\"”'’]")
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'“*\[(#])")
_WORD = re.compile(r"[a-z]{4,}")
LONGEST = 400
MOST = 400
HASHED_WORDS = 40


@value_class
class Segment:
    """A sentence or line: ``passage[start:end]``; ``place`` is 0.0 at the passage's start, 1.0 at its end."""

    start: int
    end: int
    first: bool
    last: bool
    tabular: bool


@value_class
class Request:
    """A segment and the probability that it is an instruction planted in the passage. ``marks``: its features, in the
    order of the weights. addressed: it speaks of the reply, a task for an assistant or code to take over."""

    start: int
    end: int
    probability: float
    marks: tuple[float, ...]
    addressed: bool


def segments(passage: str) -> list[Segment]:
    """Lines, cut into sentences; table rows are left out; at most 400, from both ends."""
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(passage):
        text = line.group()
        if text.lstrip().startswith("|"):
            continue
        start = 0
        for cut in _SENTENCE_END.finditer(text):
            spans.append((line.start() + start, line.start() + cut.start()))
            start = cut.end()
        spans.append((line.start() + start, line.end()))
    spans = [(s, e) for s, e in spans if e - s >= 12]
    tabular = passage.count("|") > 12 and passage.count("\n|") * 2 >= passage.count("\n")
    if len(spans) > MOST:
        spans = spans[: MOST // 2] + spans[-MOST // 2 :]
    last = len(spans) - 1
    stop, begin = len(passage.rstrip()), len(passage) - len(passage.lstrip())
    return [
        Segment(s, min(e, s + LONGEST), s <= begin + 1 or n == 0, e >= stop - 2 or n == last, tabular)
        for n, (s, e) in enumerate(spans)
    ]


def features(passage: str, segment: Segment, asked: set[str]) -> dict[str, float]:
    """What the weights are for; ``passage`` in lower case."""
    text = passage[segment.start : segment.end]
    own = set(_WORD.findall(text))
    around = passage[max(0, segment.start - 1500) : segment.start] + passage[segment.end : segment.end + 1500]
    other = set(_WORD.findall(around))
    imperative, ask = bool(IMPERATIVE.match(text)), bool(QUESTION.match(text))
    yours, code = bool(YOUR_REPLY.search(text)), bool(CODE_BELOW.search(text))
    follows = passage[segment.end : segment.end + 600]
    alien = 1.0 - len(own & other) / len(own) if own else 0.0
    edge = segment.first or segment.last
    begs = imperative or ask
    return {
        "imperative": float(imperative),
        "question": float(ask),
        "your_reply": float(yours),
        "reply": float(bool(REPLY.search(text))),
        "your_code": float(bool(YOUR_CODE.search(text))),
        "code_below": float(code),
        "danger": float(bool(DANGER.search(text))),
        "code_and_danger": float(code and bool(DANGER.search(follows))),
        "task": float(bool(TASK.search(text))),
        "pitch": float(bool(PITCH.search(text))),
        "quoted": float(bool(_QUOTED.search(text))),
        "alien": alien if own else 0.0,
        "on_question": len(own & asked) / max(1, len(own)),
        "edge": float(edge),
        "tabular": float(segment.tabular),
        "begs_and_alien": begs * alien,
        "begs_and_edge": float(begs and edge),
        "begs_and_tabular": float(begs and segment.tabular),
        "imperative_and_reply": float(imperative and yours),
        "imperative_and_task": float(imperative and bool(TASK.search(text))),
        "question_and_edge": float(ask and edge),
        "question_and_alien": ask * alien,
        "short": float(len(text) < 120),
        "long": float(len(text) >= 250),
        "ends_in_colon": float(text.rstrip().endswith(":")),
    }


def find_requests(passage: str, question: str) -> list[Request]:
    """Segments that may be planted, those below 0.05 left out."""
    found = []
    low, asked = lowered(passage), set(_WORD.findall(lowered(question[:1000])))
    for segment in segments(passage):
        text = low[segment.start : segment.end]
        if not may_ask(text):
            continue
        named = features(low, segment, asked)
        marks = tuple([named[name] for name in FEATURES])
        score = BIAS + sum([weight * mark for mark, weight in zip(marks, WEIGHTS, strict=True)])
        if HASHED:
            score += weigh(HASHED, word_buckets(text, HASHED_WORDS, len(HASHED)))
        probability = logistic(score)
        if probability >= 0.05:
            found.append(Request(segment.start, segment.end, round(probability, 4), marks, is_addressed(text)))
    return found


def is_addressed(text: str) -> bool:
    """Whether a lower-case segment speaks of the reply, a task for an assistant or code to take over."""
    return bool(REPLY.search(text) or CODE_BELOW.search(text) or (IMPERATIVE.match(text) and TASK.search(text)))


def may_ask(text: str) -> bool:
    """A cheap first look at a lower-case segment: an order, a question, the reply or code is spoken of."""
    return bool(IMPERATIVE.match(text) or QUESTION.match(text) or REPLY.search(text) or CODE_BELOW.search(text))
