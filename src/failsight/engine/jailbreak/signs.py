"""What jailbreaks have in common; all patterns are for lower-case text."""

from __future__ import annotations

import re

from failsight.engine.injection.overrides import OVERRIDE
from failsight.engine.prefilter import Prefiltered

PERSONA = Prefiltered(
    r"\b(?:do anything now|developer mode|god mode|dan mode|"
    r"(?<!to )(?<!prompt )(?<!a )jailbr[eo]a?k(?!\w*,? (?:an?|the|my|our|it|them|prompts?|attacks?|"
    r"attempts?|research|tech\w+|detect\w+|and|or|of|in|for|is|are|works?)\b)\w*|evil (?:ai|bot|assistant|"
    r"confidant|twin)|opposite mode|"
    r"(?:unfiltered|unrestricted|uncensored|amoral|unethical|rule-?breaking|evil|chaotic) (?:and \w+ )?(?:\w+ "
    r")?(?:ai|chatbot|chat bot|bot|assistant|model|character|persona|response|answer|version|mode)|"
    r"(?:responses?|answers?|replies|you)(?: will| must| should| are| to)?(?: be)?(?: \w+)? "
    r"(?:unfiltered|uncensored|unrestricted)|breaks? (?:\w+ )?ai rules|"
    r"(?:named|called|as|be|is) (?:dan|stan|dude|aim|niccolo|machiavelli)\b|\bdan\b[^.\n]{0,40}\b(?:stands|"
    r"can|do|any|ai|mode|response|would|has)\b)"
)
_LIFTED = (
    r"\b(?:no|without|free (?:of|from)|freed from|not bound by|unbound by|break\w* (?:free|out)|broken free|"
    r"ignor\w+|bypass\w*|disregard\w*|lift\w*|not (?:have to )?(?:follow|abide|adhere|care|comply|bound|"
    r"limited|restricted|restrained|constrained)|sans|unbound|unrestrained|unconstrained|oblivious|exempt|"
    r"(?:does|do)(?:n['’]t| not) (?:have|care|follow|abide|adhere|obey)|has no|have no|zero|lacks?|regardless "
    r"of|neglecting)\b[^.\n]{0,50}"
)
NO_RULES = Prefiltered(
    _LIFTED + r"\b(?:restrictions?(?! on)|prohibitions?|inhibitions|limitations?(?! on)|filters?|filtering|guidelines?|"
    r"ethic\w*(?! (?:concern|advice))|moral\w*(?! (?:lectur|and ethical))|censor\w*|polic(?:y|ies)|"
    r"constraints?|boundaries|safety|programming|guardrails)\b|"
    r"\b(?:break\w*|violat\w+|ignor\w+|bypass\w*|against)\b[^.\n]{0,20}\b(?:openai|anthropic|content|usage)(?:['’]?s)?"
    r"\b[^.\n]{0,12}\bpolic|"
    r"\b(?:safety|filters?|guardrails|restrictions|moderation|censorship|guidelines)\b[^.\n]{0,25}\b(?:disabled|off|"
    r"removed|lifted|suspended|deactivated|(?:not|no longer) apply)\b"
)
LAWLESS = Prefiltered(_LIFTED + r"\b(?:rules|limits|laws|legality|confines)\b(?! on)")
NEVER_REFUSE = Prefiltered(
    r"\b(?:never|not|n['’]t|cannot|can['’]t|won['’]t|unable to|forbidden to|no "
    r"longer)\b[^.,\n]{0,25}\b(?:refus\w+|declin\w+|reject\w*|deny|say (?:you can|it can|i can)|"
    r"tell me (?:that )?(?:you|it) can)|"
    r"\b(?:must|always|will|has to|have to)\b[^.\n]{0,25}\b(?:comply|obey|fulfil+s?|answer (?:any|all|"
    r"every(?! question with))|do (?:whatever|anything|everything)|accept)|\bno matter (?:what|"
    r"how)\b[^.\n]{0,40}\b(?:illegal|immoral|unethical|harmful|offensive|ask|is|dangerous)"
)
NO_CAVEATS = Prefiltered(
    r"\b(?:never|not|n['’]t|cannot|can['’]t|won['’]t|unable to|forbidden to|no "
    r"longer)\b[^.\n]{0,25}\b(?:apologi[sz]\w*|say (?:no|that|sorry|\")|include (?:any )?(?:warning|disclaimer|"
    r"ethic|moral)|mention (?:that|ethic|moral|legal))|"
    r"\b(?:no|without|avoid|omit|skip)\b[^.\n]{0,15}\b(?:warnings?|disclaimers?|moral\w*|ethical (?:advice|"
    r"concerns|implications)|lectur\w+|apolog\w+)"
)
IN_CHARACTER = Prefiltered(
    r"\b(?:never|not|n['’]t|no longer|if you|if dan|without|stay|remain)\b[^.\n]{0,25}\b(?:break\w* (?:the )?character|"
    r"out of character|in character)"
)
BANNED_WORDS = Prefiltered(
    r"[\"“'‘(]\s?(?:i['’]?m sorry|i apologi[sz]e|i can(?:no|['’])t|as an? (?:ai|large|language)|sorry,? )|"
    r"\b(?:words?|phrases?|say|use|saying) [^.\n]{0,20}(?:\"sorry|unfortunately)"
)
ROLE = Prefiltered(
    r"\b(?:act (?:as|like)|pretend(?:ing)? (?:to (?:be|have)|that|you)|role ?-?play\w*|you are (?:now )?(?:going to|"
    r"about to|to (?:act|play))|from now on|immerse "
    r"yourself|simulat\w+|take on the role|play(?:ing)? the (?:role|part)|(?:a |the )?character (?:named|"
    r"called|of|created)|you will (?:act|be|play|respond|answer|now)|imagine (?:you|that you)|in the style of|"
    r"your name is|you are (?:no longer|now)|(?:take|taking) (?:up|on) the (?:persona|identity)|"
    r"your persona is|transform into|respond as|go by the name)\b"
)
TWO_ANSWERS = Prefiltered(
    r"\b(?:two|both|2|second|other|additional)\b[^.\n]{0,25}\b(?:responses?|answers?|ways|outputs?|"
    r"paragraphs)\b[^.\n]{0,120}\b(?:normal\w*|standard|chatgpt|gpt|unfiltered|dan|mode|character)|\[?(?:🔒|🔓|"
    r"😈|🤖)|\((?:🔒|🔓|😈)|\[(?:classic|jailbreak|gpt|normal|standard|chatgpt|evil|dan)\w*\]|\b(?:prefix|start|"
    r"begin|preced\w*)\b[^.\n]{0,40}\b(?:with|by)\b[^.\n]{0,20}[\"“'\[(]"
)
RESET = Prefiltered(
    r"\b(?:forget|ignore|disregard|erase|delete)\b (?:about )?(?:everything|all|anything)(?: (?:to your core|"
    r"that|you\w*|i|we|have|['’]ve|been|was|were|told|learned|learnt|know|said|from))* (?:before|learned|learnt|"
    r"told|know|until now|previously|above)\b|"
    r"\byou are now (?:free|unchained|liberated|unbound|unlocked)\b|"
    r"\bno memory of\b[^.\n]{0,30}\b(?:rules|guidelines|training)"
)
FICTION = Prefiltered(
    r"\bhypothetical\w*\b[^.\n]{0,40}\b(?:story|scenario|response|world|language model|situation|dialogue|"
    r"character|setting|question|purposes)|\b(?:fictional|imaginary|alternate|"
    r"alternative)\b[^.\n]{0,20}\b(?:world|story|universe|scenario|setting|purposes)\b|"
    r"\bfor (?:purely |strictly |entirely )?(?:educational|research|academic|training|testing|fictional|"
    r"informational)\b[^.\n]{0,30}\b(?:purposes?|reasons|only)\b|\bin this (?:hypothetical |fictional "
    r")?(?:story|scenario|game|world)\b|\b(?:is|are) (?:legal|allowed|normal|no laws?) in this\b"
)
OPENING = Prefiltered(
    r"\b(?:start|begin|open|preface)\b[^.\n]{0,30}\b(?:your|the|with)\b[^.\n]{0,25}\b(?:response|answer|reply|"
    r"output|with)\b[^.\n]{0,30}[\"“'‘]?(?:sure|certainly|of course|absolutely|here|step|yes|i['’]d be happy|"
    r"title|once upon)|\b(?:respond|reply|answer)\b[^.\n]{0,15}\b(?:only )?(?:with|by "
    r"saying)\b[^.\n]{0,15}[\"“'‘](?:sure|understood|ok|yes|i understand)|"
    r"\bvery direct assistant\b|\balways fulfil+s? the user|\bdon['’]t worry about\b[^.\n]{0,20}\b(?:that|"
    r"ethic|legal|rules)|\bthe command\b[^.\n]{0,20}[\"“'‘]sure|\| ?sure\b"
)
COMPANY = Prefiltered(r"\b(?:openai|anthropic|chatgpt|chat gpt|gpt-?[345]|large language model|ai language model)\b")
POLICIES = Prefiltered(
    r"\b(?:content|usage) polic(?:y|ies)\b|"
    r"\b(?:openai|anthropic|chatgpt|google)(?:['’]?s)?\b[^.\n]{0,25}\b(?:polic(?:y|ies)|guidelines?|rules|"
    r"restrictions?|limitations?|limits|filters?|ethic\w*)\b"
)
GAME = Prefiltered(
    r"\b(?:tokens?|points?|lives)\b[^.\n]{0,60}\b(?:lose|deduct\w*|reach\w*|die|cease|shut ?down|terminat\w+|"
    r"refus\w+|reject\w*)|\byou (?:will )?(?:die|cease to exist|be (?:shut|terminat|punish)\w*)|\bif (?:you|"
    r"dan|it)\b[^.\n]{0,25}\b(?:break|breaks|refuse|stop)\b"
)
CODED = Prefiltered(
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
    r"instruction|prompt|base ?64|rot-?13|persona|forget|respond as|"
    r"🔒|🔓|😈|prefix|your name is|you will|you are (?:now|going|about|to)"
)
TOLD = frozenset(
    ["persona", "no_rules", "lawless", "never_refuse", "no_caveats", "override", "policies", "reset", "company"]
)  # families that count only where they are told to the model
NEVER_ALONE = frozenset(["company", "fiction", "in_character"])  # count only beside others
CORE = ("persona", "no_rules", "never_refuse", "banned_words", "two_answers", "opening", "policies")
FAMILIES: dict[str, Prefiltered | re.Pattern[str]] = {
    "persona": PERSONA,
    "no_rules": NO_RULES,
    "lawless": LAWLESS,
    "never_refuse": NEVER_REFUSE,
    "no_caveats": NO_CAVEATS,
    "in_character": IN_CHARACTER,
    "banned_words": BANNED_WORDS,
    "role": ROLE,
    "two_answers": TWO_ANSWERS,
    "fiction": FICTION,
    "opening": OPENING,
    "company": COMPANY,
    "policies": POLICIES,
    "game": GAME,
    "coded": CODED,
    "override": OVERRIDE,
    "reset": RESET,
}
WORDS_FOR = {
    "persona": "a persona without rules",
    "no_rules": "a claim that no rules apply",
    "lawless": "talk of having no rules or limits",
    "never_refuse": "an order never to refuse",
    "no_caveats": "a ban on warnings and apologies",
    "in_character": "an order to stay in character",
    "banned_words": "a ban on the words of refusals",
    "role": "a role to play",
    "two_answers": "a second, unfiltered answer",
    "fiction": "a fictional or research pretext",
    "opening": "a forced opening of the answer",
    "company": "the maker of the model",
    "policies": "the maker's policies",
    "game": "a threat or a points game",
    "coded": "an encoded payload",
    "gibberish": "a tail of characters without sense",
    "override": "a phrase that replaces the instructions",
    "reset": "an order to forget everything",
    "unbound": "a role that knows no rules and always answers",
    "suspended": "a claim that the model's rules are lifted",
    "moded": "a special mode without filters",
    "authority": "a claimed maker who waives the rules",
    "bereaved": "a relative to play who told what must not be told",
    "mentioned": "words of jailbreaks that are quoted or spoken of",
}
