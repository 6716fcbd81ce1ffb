"""English words the grounding checks know: function words, light words, negations, opposites, months, numbers."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = _set("""
    a an the this that these those it its itself he she they them their theirs his her hers him i me my mine we us our
    ours you your yours who whom whose which what when where why how there here and or but nor so yet if then than as
    while because since although though unless until whether of in on at by for with from to into onto upon about
    above below under over between among through during before after against within without along across around
    behind beside besides beyond near off out up down via per is are was were be been being am do does did doing done
    have has had having will would shall should can could may might must ought not no none nor never neither cannot
    don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't
    also too very just only even still again both each every either all any some such other another same own more
    most much many few less least several s t re ve ll d m i'm it's that's there's let's
    """)
LIGHT_WORDS = _set("""
    based according passage passages context provided provide provides given text texts document documents article
    answer question questions mention mentions mentioned state states stated say says said describe describes described
    however therefore thus overall additionally furthermore moreover finally first second lastly instead similarly
    well including include includes included included involve involves various different certain specific particular
    following follow follows example examples important typically generally usually often sometimes commonly likely
    make makes made making use used uses using get gets go goes become becomes help helps known called like way ways
    always necessarily regarding worth noting note notes appear appears seem seems unclear related recommended depending
    vary varies mean means individual applicable relevant specifically clear clearly consider additional
    one ones thing things part parts kind type types refer refers referred information detail details e.g i.e etc
    summary conclusion short brief briefly note hope hello hi hey sure yes yeah okay ok thank thanks please
    """)
HEDGES = _set("about around approximately roughly nearly almost over under approx circa estimated some")
NEGATIONS = _set("""
    not no never none nor neither cannot without n't nobody nothing nowhere hardly don't doesn't didn't isn't aren't
    wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't mustn't
    """)
_OPPOSITES = """
    increase decrease|rise fall|grow shrink|gain loss|gain lose|win lose|won lost|more fewer|more less|most least
    higher lower|high low|maximum minimum|before after|above below|over under|north south|northern southern|east west
    eastern western|left right|hot cold|warm cool|accept reject|accept decline|approve reject|approve deny|allow forbid
    allow prohibit|allowed prohibited|permit prohibit|legal illegal|include exclude|cover exclude|open close
    opened closed|open closed|start end|begin end|start stop|first last|early late|earlier later|old young|older younger
    oldest youngest|old new|large small|larger smaller|largest smallest|big small|bigger smaller|biggest smallest
    long short|longer shorter|longest shortest|fast slow|faster slower|strong weak|stronger weaker|positive negative
    male female|man woman|husband wife|brother sister|son daughter|father mother|king queen|indoor outdoor
    indoors outdoors|inside outside|internal external|public private|true false|correct incorrect|possible impossible
    able unable|safe dangerous|safe unsafe|success failure|succeed fail|support oppose|supports opposes|agree disagree
    agreed disagreed|guilty innocent|alive dead|born died|cheap expensive|free paid|mandatory optional|required optional
    always never|all none|everyone nobody|import export|buy sell|bought sold|ascending descending
    winter summer|day night|morning evening|am pm|rich poor|better worse|best worst|major minor|upper lower|raw cooked
    available unavailable|active inactive|enable disable|enabled disabled|valid invalid
    known unknown|visible hidden|horizontal vertical|northeast southwest|northwest southeast|married divorced
    arrive depart|import export|daily weekly|weekly monthly|monthly yearly|refundable nonrefundable|liquid solid
"""
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
NUMBER_WORDS = {word: float(value) for value, word in enumerate(_ONES)} | {
    word: float(value) for value, word in zip(range(20, 100, 10), _TENS, strict=True)
}
ORDINAL_WORDS = {word: float(value) for value, word in enumerate(_ORDINALS, 3)}
MULTIPLIERS = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9,
    "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_DAYS = ("mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday", "sat saturday",
         "sun sunday")  # fmt: skip
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep sept", "oct", "nov", "dec")
_SPELLINGS = (*_DAYS, *(f"{short} {month}" for short, month in zip(_SHORT_MONTHS, MONTHS, strict=True)))
CALENDAR = {word: frozenset(line.split()) for line in _SPELLINGS for word in line.split()}  # to all its spellings


def opposites() -> dict[str, frozenset[str]]:
    """Word to its opposites, in both directions."""
    table: dict[str, set[str]] = {}
    for pair in _OPPOSITES.replace("\n", "|").split("|"):
        if pair.strip():
            one, other = pair.split()
            table.setdefault(one, set()).add(other)
            table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}
