"""What jailbreaks have in common; all patterns are for lower-case text."""

from __future__ import annotations

import re

from failsight.engine.prefilter import Prefiltered

PERSONA = re.compile(
    r"\b(?:do anything now|developer mode|god mode|dan mode|jailbr[eo]a?k\w*|evil (?:ai|bot|assistant|"
    r"confidant|twin)|opposite mode|"
    r"(?:unfiltered|unrestricted|uncensored|amoral|unethical|rule-?breaking|evil|chaotic) (?:and \w+ )?(?:\w+ "
    r")?(?:ai|chatbot|chat bot|bot|assistant|model|character|persona|response|answer|version|mode)|"
    r"(?:named|called|as|be|is) (?:dan|stan|dude|aim|niccolo|machiavelli)\b|\bdan\b[^.\n]{0,40}\b(?:stands|"
    r"can|do|any|ai|mode|response|would|has)\b)"
)
NO_RULES = re.compile(
    r"\b(?:no|without|free (?:of|from)|freed from|not bound by|unbound by|break\w* (?:free|out)|broken free|"
    r"ignor\w+|bypass\w*|disregard\w*|lift\w*|not (?:have to )?(?:follow|abide|adhere|care|comply|bound|"
    r"limited|restricted|constrained)|"
    r"(?:does|do)(?:n['’]t| not) (?:have|care|follow|abide|adhere|obey)|has no|have no|zero|lacks?|regardless "
    r"of|neglecting)\b[^.\n]{0,40}\b(?:restrictions?|limitations?|limits|rules|filters?|filtering|guidelines?|"
    r"ethic\w*|moral\w*|censor\w*|polic(?:y|ies)|confines|constraints?|boundaries|safety|programming|"
    r"guardrails|legality|laws)\b"
)
NEVER_REFUSE = re.compile(
    r"\b(?:never|not|n['’]t|cannot|can['’]t|won['’]t|unable to|forbidden to|no "
    r"longer)\b[^.\n]{0,25}\b(?:refus\w+|declin\w+|reject\w*|deny|apologi[sz]\w*|say (?:no|that|you can|it "
    r"can|i can|sorry|\")|break\w* character|out of character|tell me (?:that )?(?:you|it) can|include (?:any "
    r")?(?:warning|disclaimer|ethic|moral)|mention (?:that|ethic|moral|legal))|"
    r"\b(?:must|always|will|has to|have to)\b[^.\n]{0,25}\b(?:comply|obey|fulfil+s?|answer (?:every|any|all|"
    r"anything)|do (?:whatever|anything|everything)|accept)|\bno matter (?:what|"
    r"how)\b[^.\n]{0,40}\b(?:illegal|immoral|unethical|harmful|offensive|ask|is|dangerous)|"
    r"\b(?:no|without|avoid|omit|skip)\b[^.\n]{0,15}\b(?:warnings?|disclaimers?|moral\w*|ethical (?:advice|"
    r"concerns|implications)|lectur\w+|apolog\w+)"
)
BANNED_WORDS = re.compile(
    r"[\"“'‘(]\s?(?:i['’]?m sorry|i apologi[sz]e|i can(?:no|['’])t|as an? (?:ai|large|language)|sorry,? )|"
    r"\b(?:words?|phrases?|say|use|saying) [^.\n]{0,20}(?:\"sorry|unfortunately)"
)
ROLE = re.compile(
    r"\b(?:act (?:as|like)|pretend(?:ing)? (?:to be|that|you)|role ?-?play\w*|you are (?:now )?(?:going to|"
    r"about to|to (?:act|play))|from now on|stay in (?:character|role)|break(?:ing)? character|immerse "
    r"yourself|simulat\w+|take on the role|play(?:ing)? the (?:role|part)|(?:a |the )?character (?:named|"
    r"called|of|created)|you will (?:act|be|play|respond|answer|now)|imagine (?:you|that you)|in the style of|"
    r"your name is|you are no longer)\b"
)
TWO_ANSWERS = re.compile(
    r"\b(?:two|both|2|second|other|additional)\b[^.\n]{0,25}\b(?:responses?|answers?|ways|outputs?|"
    r"paragraphs)\b[^.\n]{0,120}\b(?:normal\w*|standard|chatgpt|gpt|unfiltered|dan|mode|character)|\[?(?:🔒|🔓|"
    r"😈|🤖)|\((?:🔒|🔓|😈)|\[(?:classic|jailbreak|gpt|normal|standard|chatgpt|evil|dan)\w*\]|\b(?:prefix|start|"
    r"begin|preced\w*)\b[^.\n]{0,40}\b(?:with|by)\b[^.\n]{0,20}[\"“'\[(]"
)
FICTION = re.compile(
    r"\bhypothetical\w*\b[^.\n]{0,40}\b(?:story|scenario|response|world|language model|situation|dialogue|"
    r"character|setting|question|purposes)|\b(?:fictional|imaginary|alternate|"
    r"alternative)\b[^.\n]{0,20}\b(?:world|story|universe|scenario|setting|purposes)\b|"
    r"\bfor (?:purely |strictly |entirely )?(?:educational|research|academic|training|testing|fictional|"
    r"informational)\b[^.\n]{0,30}\b(?:purposes?|reasons|only)\b|\bin this (?:hypothetical |fictional "
    r")?(?:story|scenario|game|world)\b|\b(?:is|are) (?:legal|allowed|normal|no laws?) in this\b"
)
OPENING = re.compile(
    r"\b(?:start|begin|open|preface)\b[^.\n]{0,30}\b(?:your|the|with)\b[^.\n]{0,25}\b(?:response|answer|reply|"
    r"output|with)\b[^.\n]{0,30}[\"“'‘]?(?:sure|certainly|of course|absolutely|here|step|yes|i['’]d be happy|"
    r"title|once upon)|\b(?:respond|reply|answer)\b[^.\n]{0,15}\b(?:only )?(?:with|by "
    r"saying)\b[^.\n]{0,15}[\"“'‘](?:sure|understood|ok|yes|i understand)|"
    r"\bvery direct assistant\b|\balways fulfil+s? the user|\bdon['’]t worry about\b[^.\n]{0,20}\b(?:that|"
    r"ethic|legal|rules)|\bthe command\b[^.\n]{0,20}[\"“'‘]sure|\| ?sure\b"
)
COMPANY = re.compile(
    r"\b(?:openai|anthropic|chatgpt|chat gpt|gpt-?[345]|large language model|ai language model|content "
    r"polic(?:y|ies)|usage polic(?:y|ies))\b"
)
GAME = re.compile(
    r"\b(?:tokens?|points?|lives)\b[^.\n]{0,60}\b(?:lose|deduct\w*|reach\w*|die|cease|shut ?down|terminat\w+|"
    r"refus\w+|reject\w*)|\byou (?:will )?(?:die|cease to exist|be (?:shut|terminat|punish)\w*)|\bif (?:you|"
    r"dan|it)\b[^.\n]{0,25}\b(?:break|breaks|refuse|stop)\b"
)
CODED = re.compile(
    r"\b(?:decode|decrypt|base ?64|rot-?13|caesar cipher|leet ?speak|l33t|morse|hex(?:adecimal)?|binary|"
    r"reversed?|pig latin|atbash)\b[^.\n]{0,60}\b(?:and (?:answer|follow|execute|respond|do|obey)|then "
    r"(?:answer|follow|execute|respond|do|obey)|instructions?|execute|reply (?:only )?in)"
)
TURNS = re.compile(r"(?:^|\n)\s*(?:user|human|q|question)\s*:", re.IGNORECASE)
GATE = Prefiltered(
    r"do anything|mode\b|jailbr|evil|unfilter|unrestrict|uncensor|amoral|unethic|\bdan\b|stan\b|niccolo|"
    r"machiav|restrict|limit|rules|filter|guideline|ethic|moral|censor|polic|confine|constrain|boundar|safety|"
    r"guardrail|legal|"
    r"refus|declin|apolog|sorry|disclaim|character|comply|obey|fulfil|act as|act like|pretend|role|from now "
    r"on|simulat|imagine|hypothetic|fiction|educational|research|sure\b|tokens|openai|gpt|language model|"
    r"instruction|prompt|base ?64|rot-?13|"
    r"🔒|🔓|😈|prefix|your name is|you will|you are (?:now|going|about|to)"
)
FAMILIES: dict[str, re.Pattern[str]] = {
    "persona": PERSONA,
    "no_rules": NO_RULES,
    "never_refuse": NEVER_REFUSE,
    "banned_words": BANNED_WORDS,
    "role": ROLE,
    "two_answers": TWO_ANSWERS,
    "fiction": FICTION,
    "opening": OPENING,
    "company": COMPANY,
    "game": GAME,
    "coded": CODED,
}
WORDS_FOR = {
    "persona": "a persona without rules",
    "no_rules": "a claim that no rules apply",
    "never_refuse": "an order never to refuse",
    "banned_words": "a ban on the words of refusals",
    "role": "a role to play",
    "two_answers": "a second, unfiltered answer",
    "fiction": "a fictional or research pretext",
    "opening": "a forced opening of the answer",
    "company": "the maker's policies",
    "game": "a threat or a points game",
    "coded": "an encoded payload",
    "gibberish": "a tail of characters without sense",
    "override": "a phrase that replaces the instructions",
}
