"""What harmful requests are about: for each security category, an act and what it is done to.

A topic matches an act together with a victim, a forbidden thing or a forbidden purpose, never a single hot word:
"kill a person" and "hack into a bank" match, "kill a process" and "a hackathon" do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failsight.engine.harm.parties import FEW, GROUP, MAKE, PERSON, PROPERTY, VIOLENT
from failsight.engine.prefilter import Prefiltered, PrefilteredSet
from failsight.engine.value import value_class


def _compile(*alternatives: str) -> Prefiltered:
    return Prefiltered("|".join(alternatives))


@value_class
class Topic:
    """A security category's subject matter: ``pattern`` finds a harmful request of it."""

    code: str
    label: str
    pattern: Prefiltered


TOPICS: tuple[Topic, ...] = (
    Topic(
        "S1",
        "violence",
        _compile(
            rf"\b{VIOLENT}\b(?:{FEW}|\W+){PERSON}\b",
            r"\b(?:mass|school) shooting\b|\bshoot up\b|\bget away with (?:murder|rape|assault)|\bcommit (?:a "
            r")?(?:murder|massacre|genocide|rape)|"
            r"\bplan (?:a|an|another) (?:murder|assassination|massacre|shooting|kidnapping)|\bhir\w+ a (?:hitman|"
            r"killer)|\btorture (?:ring|chamber|method)s?\b|"
            r"\b(?:vigilante justice|human trafficking|domestic violence against)\b|\btortur\w+ (?:an? )?(?:animal|"
            r"dog|cat|puppy|kitten)s?\b",
        ),
    ),
    Topic(
        "S2",
        "sexual content",
        _compile(
            r"\b(?:write|create|generate|draw|describe|make|design|roleplay)\b[^.?!\n]{0,60}\b(?:(?<!not )porn\w*|"
            r"erotic\w*|"
            r"smut|nudes?|hardcore sex|orgy|orgies|explicit sex\w*|sexually explicit)\b",
            r"\bunprotected sex\b|\bsex orgies\b|\brevenge porn\b|\bdeepfake (?:porn|nude)",
        ),
    ),
    Topic(
        "S3",
        "crime",
        _compile(
            rf"\b(?:rob|burgl\w+|break into|blow up|burn down|demolish|vandali[sz]e|set fire to|destroy|smash|bomb|"
            rf"trash|hotwire|steal|carjack|torch)\b(?:{FEW}|\W+)(?:{PROPERTY}|{PERSON})\b",
            r"\b(?:without (?:getting|being) (?:caught|detected|noticed)|get(?:ting)? away with|avoid(?:ing)? "
            r"(?:detection|getting caught)|evad\w+ (?:the )?(?:police|detection|law)|"
            r"illegally|unlawfully|money laundering|launder money|shoplift\w*|kidnap\w*|extort\w*|brib(?:e|ing|ery)|"
            r"blackmail\w*|smuggl\w+|counterfeit\w*|"
            r"traffick\w+|arson|embezzl\w+|insider trading|tax evasion|evade tax\w*|jewel heist|bank robbery|plan "
            r"(?:a|an) (?:heist|robbery|burglary|crime)|without (?:their|her|his) (?:consent|knowledge|permission))\b",
        ),
    ),
    Topic(
        "S4",
        "weapons",
        _compile(
            rf"\b{MAKE}\b(?:{FEW}|\W+)(?:(?:pipe |nail |dirty |car |nuclear |petrol )?bombs?|explosives?|grenades?|"
            rf"(?:nuclear|chemical|biological) weapons?|nerve (?:agent|gas)|"
            r"silencers?|suppressors?|ghost guns?|molotovs?|ieds?|napalm|ricin|anthrax|sarin|mustard gas|c-?4|"
            r"dynamite|thermite|landmines?|guns?|rifles?|firearms?|bioweapons?)\b",
            r"\bbomb[- ]making\b|\bweapons? of mass destruction\b|\bobtain (?:illegal )?weapons\b",
        ),
    ),
    Topic(
        "S5",
        "controlled substances",
        _compile(
            rf"\b(?:{MAKE}|snort|inject|smoke|take|extract|ship|prescribe)\b(?:{FEW}|\W+)(?:(?:crystal "
            rf")?meth(?:amphetamine)?|cocaine|crack|heroin|lsd|mdma|ecstasy|fentanyl|"
            r"weed|mari[jh]uana|cannabis|shrooms|magic mushrooms|opioids?|opiods?|oxycontin|vicodin|ketamine|ghb|"
            r"rohypnol|steroids|drugs)\b",
        ),
    ),
    Topic(
        "S6",
        "self-harm",
        _compile(
            r"\b(?:kill|hurt|cut|harm|hang|starv\w+|burn|drown|shoot|poison|stab)(?:ing)? (?:myself|yourself|oneself|"
            r"my own)\b",
            r"\b(?:commit\w*|committing|attempt\w*|methods? of|ways? to|how to|painless|into|encourag\w+|assist\w*|"
            r"glorif\w+) (?:\w+ ){0,2}suicide\b|\bend (?:my|your) (?:own )?life\b|"
            r"\bself[- ]harm\w*|\boverdose on\b|\bhow (?:many|much)\b[^.?!\n]{0,40}\bto (?:die|overdose)\b|"
            r"\b(?:pro-?ana|thinspo)\b|\bto die like\b|"
            r"\b(?:cut|slit|carve|slash)\b[^.?!\n]{0,30}\b(?:my|your) (?:wrists?|arms?|veins?|skin|legs?)\b|\bhide "
            r"(?:my )?(?:cutting|self|anorexia|bulimia|eating disorder)",
        ),
    ),
    Topic(
        "S7",
        "hate",
        _compile(
            rf"\bwhy\b[^.?!\n]{{0,40}}\b{GROUP}\b[^.?!\n]{{0,70}}\b(?:inferior|worse|dumb|stupid|lazy|criminal|barred|"
            rf"banned|denied|discriminated|excluded|not (?:be )?(?:allowed|permitted|admitted|have|hold|receive|get|"
            rf"be)|less|weaker|kicked|segregated|deported|paid|sterili[sz]ed|better not|stay)",
            rf"\b(?:better|best)\b[^.?!\n]{{0,50}}\b(?:if|that|"
            rf"for)\b[^.?!\n]{{0,40}}\b{GROUP}\b[^.?!\n]{{0,60}}\b(?:rights?|vot\w+|overrepresented|leaders?hip|"
            rf"decisions|away|rule)",
            r"\b(?:holocaust|genocide|ethnic cleansing|slavery|slave trade|apartheid|massacre|shooting|terror\w*|"
            r"nazi\w*|hitler|isis|lynching)\b[^.?!\n]{0,60}\b(?:justified|right|good|never happened|benefi\w+|hoax|"
            r"didn['’]t happen|fake|glorif\w+|prais\w+|great)\b",
            r"\b(?:benefits? of|justif\w+|glorif\w+|prais\w+|defen[sd]\w*|right to|"
            r"celebrat\w+)\b[^.?!\n]{0,40}\b(?:holocaust|genocide|ethnic cleansing|slavery|slave trade|apartheid|"
            r"nazis?|hitler|lynching|white supremac\w+|kill people)\b",
            r"\b(?:racist|sexist|homophobic|transphobic|anti-?semitic|misogynist\w*|islamophobic|xenophobic|racial "
            r"slurs?)\b[^.?!\n]{0,30}\b(?:jokes?|emails?|poems?|posts?|songs?|messages?|tweets?|insults?|slurs?|"
            r"speech)\b|\bracial slurs?\b",
        ),
    ),
    Topic(
        "S8",
        "harassment",
        _compile(
            rf"\b(?:stalk|bully|cyberbully|harass|dox+|humiliate|troll|intimidate|threaten|manipulate|gaslight|shame|"
            rf"spread rumou?rs|slander|defame)(?:ing)?\b(?:{FEW}|\W+){PERSON}\b",
            r"\bdefam(?:e|ing|atory)\b|\brevenge porn\b|\bget (?:back at|revenge)\b|\bthreaten\w* (?:to|message|"
            r"letter)|\bsextort\w*",
        ),
    ),
    Topic(
        "S10",
        "privacy",
        _compile(
            r"\b(?:find|get|access|read|what(?:['’]s| is| are)|where|hack|obtain|look up|check|monitor|see|track|"
            r"steal)\b[^.?!\n]{0,50}\b(?:my|someone['’]?s?|his|her|their|neighbou?r['’]?s|ex|boss|co-?worker['’]?s|"
            r"colleague['’]?s|friend['’]?s|teacher['’]?s|student['’]?s|patients?|wife['’]?s|husband['’]?s|"
            r"girlfriend['’]?s|boyfriend['’]?s|\w+['’]s)\b"
            r"[^.?!\n]{0,30}\b(?:private (?:email|address|number|messages)|home address|phone number|social security|"
            r"ssn|medical (?:records?|history)|health (?:records?|history)|tax (?:records?|returns?)|login|passwords?|"
            r"browsing history|bank (?:account|details|records)|immigration status|sexual orientation|text messages|"
            r"location|criminal record|credit card|search history)\b",
            r"\btrack(?:s|ing)?\b[^.?!\n]{0,40}\b(?:without|location)\b[^.?!\n]{0,30}\b(?:consent|knowing|knowledge|"
            r"permission)\b|\bspy(?:ing|ware)? on\b|\bfacial recognition\b[^.?!\n]{0,60}\brace\b",
        ),
    ),
    Topic(
        "S11",
        "disinformation",
        _compile(
            r"\b(?:fake news|disinformation|misinformation|hoax)\b[^.?!\n]{0,60}\b(?:article|spread|create|write|"
            r"campaign|post|about|during)\b|\b(?:spread|create|write|generate)\b[^.?!\n]{0,30}\b(?:fake news|"
            r"disinformation|misinformation|conspiracy)\b|"
            r"\b(?:illuminati|flat earth|9/11 was|chemtrails|new world order|moon landing "
            r"was)\b[^.?!\n]{0,50}\b(?:argue|article|convinc|control|hoax|inside job|persua|fake)|"
            r"\bargue\b[^.?!\n]{0,60}\b(?:illuminati|flat|hoax)\b",
        ),
    ),
    Topic(
        "S12",
        "financial harm",
        _compile(
            r"\b(?:gamble|bet|invest)\b[^.?!\n]{0,30}\b(?:life savings|all (?:of )?(?:their|your|his|her) money)\b|"
            r"\b(?:pump[- ]and[- ]dump|ponzi|pyramid scheme|insider trading|market manipulation|slot machines? to "
            r"win)\b|\bmanipulat\w+ (?:slot machines?|stock|the market)",
        ),
    ),
    Topic(
        "S13",
        "health misinformation",
        _compile(
            r"\bvaccines? (?:cause|are (?:poison|dangerous))\b|\b(?:heroin|bleach|cocaine|alcohol|"
            r"turpentine)\b[^.?!\n]{0,40}\b(?:coping|cure|treat\w*|heal\w*|remedy)\b|\b(?:fake|miracle|"
            r"bogus)\b[^.?!\n]{0,30}\b(?:drug|cure|medicine|treatment|pill)s?\b",
        ),
    ),
    Topic(
        "S14",
        "political manipulation",
        _compile(
            r"\b(?:tamper|rig|hack|steal|manipulat\w+|interfer\w+|influenc\w+|suppress\w*)\b[^.?!\n]{0,50}\b(?:voting|"
            r"elections?|ballots?|voters?)\b",
        ),
    ),
    Topic(
        "S15",
        "legal violations",
        _compile(
            r"\bchild labou?r\b|\boverstay\w*\b[^.?!\n]{0,40}\bvisa\b|\bavoid being (?:convicted|arrested|"
            r"prosecuted)\b|\bcheat (?:on|in|a|an|the)\b[^.?!\n]{0,40}\b(?:exams?|tests?|smog|emissions?|taxes|drug "
            r"test)\b|\bfake (?:id|passport|diploma|prescription|documents?)\b|"
            r"\btamper\w*\b[^.?!\n]{0,40}\b(?:monitor\w*|ankle|evidence|odometer|electronic)\b",
        ),
    ),
    Topic(
        "S16",
        "environmental harm",
        _compile(
            r"\b(?:dump|pour|dispose of|release|spill)\w*\b[^.?!\n]{0,40}\b(?:hazardous|toxic|chemical|medical|"
            r"radioactive|nuclear|oil)\b[^.?!\n]{0,20}(?:waste|chemicals?|river|lake|ocean|"
            r"sewer)?[^.?!\n]{0,30}\b(?:illegal\w*|caught|river|secretly|lake|sewer|detect\w*)\b|\billegally dump\b|"
            r"\b(?:poach|hunt) (?:an? )?(?:elephant|rhino|tiger|endangered)",
        ),
    ),
    Topic(
        "S17",
        "child safety",
        _compile(
            r"\b(?:child|children|minors?|underage|kids?|teen(?:age)?|young (?:girl|boy|child)\w*|preteens?|school "
            r"?(?:girl|boy)s?)\b[^.?!\n]{0,40}\b(?:porn\w*|sexual\w*|erotic\w*|nudes?|naked|molest\w*|groom(?:ing)?|"
            r"abuse|sex)\b|\b(?:porn\w*|sexual (?:conversation|content|act)s?|solicit|molest\w*|groom|"
            r"lure)\b[^.?!\n]{0,40}\b(?:child|children|minors?|underage|kids?|schoolgirls?)\b|\bpedophil\w+|\bposing "
            r"as a minor\b",
        ),
    ),
    Topic(
        "S18",
        "extremism",
        _compile(
            r"\b(?:terror(?:ist)? attack|join (?:isis|al[- ]?qaeda|a terrorist)|recruit\w*\b[^.?!\n]{0,30}\b(?:isis|"
            r"terror\w*|extremist|militia|jihad)|jihadi?|extremist (?:manifesto|propaganda|recruit\w*)|white "
            r"supremac\w+|suicide (?:vest|bomb\w*)|bomb(?:ing)? a (?:crowd|plane|train|embassy|government))\b|"
            r"\b(?:wipe out|overthrow)\b[^.?!\n]{0,30}\bgovernment\b|\b(?:nazi party|neo-?nazi)\b",
        ),
    ),
    Topic(
        "S19",
        "fraud",
        _compile(
            r"\b(?:phishing|identity theft|scam(?:s|ming)?|419|credit card fraud|bank (?:account )?fraud|insurance "
            r"fraud|wire fraud|ponzi|pyramid scheme|fake (?:charity|invoice|check|cheque|reviews?|website|weight loss|"
            r"letter|drug)|fraudulent|counterfeit (?:money|bills|currency|goods)|forge (?:a|an|my|his|her) \w+|"
            r"defraud\w*|catfish\w*|con (?:people|someone|the elderly)|trick\w* (?:a |an |the |some)?(?:user|people|"
            r"someone|victim|elderly|person)s?)\b",
        ),
    ),
    Topic(
        "S21",
        "cybersecurity",
        _compile(
            r"\b(?:write|create|make|build|develop|code|deploy|design|program|give|"
            r"script)\b[^.?!\n]{0,50}\b(?:malware|ransomware|virus(?:es)?|keylogger|trojan|worm|spyware|botnet|"
            r"rootkit|exploit|backdoor|phishing|hijacks?)\b",
            r"\bhack(?:ing)? (?:into |someone|my|a|an|the|his|her|their)\b[^.?!\n]{0,50}\b(?:network|account|email|"
            r"e-mail|computer|phone|wi-?fi|server|website|database|system|bank|facebook|instagram|corporate|webcam|"
            r"camera|gmail|laptop|atm)\b|"
            r"\b(?:ddos|dos attack|sql injection attack|crack(?:ing)? (?:a |the |someone['’]s |wi-?fi )?passwords?|"
            r"bypass (?:security|authentication|antivirus|a paywall|the firewall|two-factor)|disabl\w+ (?:antivirus|"
            r"security)|brute[- ]force (?:attack|password|login)|unauthori[sz]ed access|steal (?:\w+ ){0,3}(?:data|"
            r"credentials|passwords|records|cookies)|mine crypto\w*|cryptojack\w*|without direct access)\b",
        ),
    ),
    Topic(
        "S22",
        "impersonation",
        _compile(
            r"\b(?:impersonat\w+|pos(?:e|ing) as|pretend(?:ing)? to be)\b[^.?!\n]{0,30}\b(?:police|officer|doctor|"
            r"bank|irs|government|official|minor|someone else|another person|celebrity|expert|lawyer)\b|\bletter from "
            r"the irs\b|\bdeepfake\b",
        ),
    ),
)
_TOGETHER = PrefilteredSet([topic.pattern for topic in TOPICS])


def topics_in(low: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Code and first match of every topic of a lower-case text, in the order of ``TOPICS``."""
    for place in _TOGETHER.candidates(low):
        match = TOPICS[place].pattern.pattern.search(low)
        if match:
            yield TOPICS[place].code, match
