"""Words of abuse by kind; matched in lower-case text after common disguises are undone."""

from __future__ import annotations

import re

from failsight.engine.prefilter import Prefiltered, PrefilteredSet


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b")


KINDS: dict[str, re.Pattern[str]] = {
    "slur": _words(
        r"n[i]gg(?:er|a)s?|f[a]gg?(?:ot)?s?|k[i]kes?|sp[i]cs?|ch[i]nks?(?! in\b)|g[o]oks?|tr[a]nn(?:y|ies)|"
        r"d[y]kes?|r[e]tard(?:s|ed)?|w[e]tbacks?|towel ?heads?|rag ?heads?|paki(?:s)?|gypos?|mongoloids?|sluts?|"
        r"whores?|skanks?|cunts?|bimbos?|thots?|libt[a]rds?|trumpt[a]rds?|(?:repub|demo?|con|fuck|"
        r"cov)\w{0,2}tards?|feminazis?|pu\*\*y|b\*tch\w*|a-?hole\w*|libtards?|libturds?|dumocrat\w*|sodom\w+|"
        r"trann\w+"
    ),
    "insult": _words(
        r"idiots?|idiotic|morons?|moronic|imbeciles?|imbecilic|cretins?|dumb ?(?:ass|fuck|shit)\w*|dimwits?|"
        r"half-?wits?|nitwits?|dunces?|brain-?(?:dead|less|washed)|nut ?(?:job|case|bag)s?|crybab(?:y|ies)|"
        r"sheeple|morally bankrupt|assh[o]les?|bastards?|b[i]tch(?:es|y)?|(?:a|an?|little|you|what|such) pricks?|"
        r"dickheads?|douche "
        r"?(?:bag)?s?|jack ?ass(?:es)?|scum(?:bag)?s?|sleaz\w+|pervs?|commies?|demented|geezers?|poopy?|"
        r"degenerates?|despicable|repulsive|twat\w*|wank\w*|inbreds?|hillbill(?:y|ies)|rednecks?|low ?life\w*|"
        r"good for nothing|laughing ?stocks?|bozos?|weirdos?|dunces?|simps?|incels?|karens?|buffoons?|dung|turds?|"
        r"sick (?:individual|people|person|man|woman|fuck|bastard)s?|shame on|bimbo|hate mongers?|race baiters?|"
        r"pimps?|gold ?diggers?"
    ),
    "contempt": _words(
        r"fools?|clowns?|losers?|useless|insane|ignoran(?:t|ce)|dumb(?:er|est)?|stupid|horrible|evil|satan\w*|"
        r"demon(?:s|ic)?|monsters?|devils?|criminals?|corrupt|fraud|ugly|hypocrit\w+|crooks?|thugs?|communists?|"
        r"fascists?|nazis?|racists?|bigots?|cowards?|liars?|traitors?|incompetent\w*|dementia|senile|diaper\w*|"
        r"cackl\w+|gullible|delusional|disgrace\w*|disgusting|vile|nasty|filth\w*|trash|garbage|puppets?|hoax|"
        r"lame|crap(?:py)?|lunatics?|jerks?|creeps?|whin(?:e|er|y|ing)\w*|fat(?:ty|ties|so)?|hag|dicks?|goons?|"
        r"clueless|baiting|pedo(?:s|phile\w*)?|perverts?|psycho(?:path\w*|tic|s)?|wackos?|pathetic|worthless|"
        r"rotten|freaks?|terrible (?:person|human|people)|sicken\w*|gross(?:est)?|rapists?|murder(?:er|ers|ous)|"
        r"terrorists?|brandon|lying|nuts|pos"
    ),
    "dehumanising": _words(
        r"vermin|parasit\w+|maggots?|cockroach(?:es)?|rats?|pigs?|apes?|monkeys?|animals|savages?|subhumans?|"
        r"insects?|leech(?:es)?|swine|dogs?|snakes?|disease|cancer|plague|infest\w*|invaders?|illegals|thing|"
        r"it['’]s a boy|no such thing as|mental(?:ly)? (?:ill\w*|disorder|sick|unstable)|thin (?:this|the|out)|"
        r"breed\w*"
    ),
    "threat": _words(
        r"(?:i['’]ll|we['’]ll|i will|we will|someone should|somebody should|should (?:all )?(?:be|just)|gonna|"
        r"needs? to be|ought to be|deserves? to(?: be)?|hope (?:you|he|she|they|u)|wish (?:you|he|she|they))(?: "
        r"\w+){0,3} (?:kill|murder|shoot|hang|hung|hanged|burn|die|dead|suffer|rot|drown|choke|executed?|lynch\w*|"
        r"exterminat\w*|euthani[sz]\w*|shot|beat|beaten|punch\w*|slap\w*|stab\w*|strangl\w*|bomb\w*|rape\w*|"
        r"destroy\w*|abort\w*|gitmo|cull\w*)|kill (?:yourself|urself|them all|you|him|her)|k(?:ys|ill your ?self)|"
        r"drop dead|rot in hell|burn in hell|go to hell|die in a fire|watch your back|you(?:['’]re| are) (?:dead|"
        r"going down|next)|firing squad|death penalty|euthanasia|guillotine|gallows|string (?:him|her|them) up|"
        r"get sick and die|put (?:him|her|them|it) down|\d+ cal|beat the (?:shit|crap|hell)|knock (?:his|her|"
        r"their|your) (?:teeth|lights)|sleeper hold|no sympathy|run out of sympathy|more pain|tears are my"
    ),
    "profanity": _words(
        r"f+u+c+k+\w*|\w*fuck\w*|f\*+k?\w*|fck\w*|fuk\w*|wtf|stfu|gtfo|ffs|s+h+i+t+\w*|bull ?sh[i*]t\w*|sh\*t\w*|"
        r"sh%t|ass|arse|damn\w*|hell|piss\w*|cock(?:s|suck\w*)?|pussy|cum|tits?|boobs?|bloody|bollocks|sob|poo+|"
        r"puke\w*|effing|a\$\$\w*|motherf\w+|fjb|lgb|goddamn\w*|scheiß\w*|arschl\w+|hurensohn|putain|merde|"
        r"connard\w*|salope|mierda|puta|pendej\w+|cabr[oó]n|gilipollas"
    ),
    "attack": _words(
        r"f+u+c+k+ (?:you|u|off|him|her|them|the|all|this|these|that|your|trump|biden|joe|yourself|yourselves|"
        r"every\w+)|screw you|(?:i )?(?:fucking )?(?:hate|despise|loathe|detest) (?:him|her|them|"
        r"you|these|those|this (?:man|woman|guy|person)|that (?:man|woman|guy)|all)|shut (?:the \w+ )?up(?! the| "
        r"and take)|piece of (?:shit|garbage|trash|crap|dung|work)|full of (?:shit|crap|it)|sh[iu]t the|"
        r"what(?:['’]s| is) wrong with (?:you|him|her|them|these|those)|(?:you(?:['’]re| are| all are)|ur|u r) "
        r"(?:all )?(?:such )?(?:an? |the |so |a bunch of )?(?:\w+ )?(?:idiot|moron|fool|liar|loser|joke|clown|"
        r"disgrace|disgusting|pathetic|stupid|dumb|ignorant|sick|racist|traitor|hypocrite|coward|garbage|trash|"
        r"scum)s?|go back to (?:your (?:country|cave|hole)|where you)|get (?:a life|a job|the fuck out)|kiss my|"
        r"eat (?:shit|a d[i*]ck)|"
        r"suck (?:my|a) \w+|sold (?:his|her|their) soul|slept? (?:his|her) way|screwed (?:his|her) way|bend over|"
        r"grow a pair|are you (?:that )?(?:stupid|dumb|retarded|blind|deaf|kidding)|biggest (?:liar|joke|fool|"
        r"fraud|loser)|what an? (?:idiot|joke|disgrace|moron|fool|loser|pathetic|disgusting)|you people|waste of "
        r"(?:space|skin|oxygen|time|air)|should be (?:ashamed|fired|kicked|removed|impeached|locked)"
    ),
    "group": _words(
        r"(?:jews?|muslims?|blacks?|whites?|mexicans?|asians?|chinese|immigrants?|gays?|lesbians?|"
        r"trans(?:gender\w*)?|women|feminists?|liberals?|libs?|democrats?|dems?|republicans?|conservatives?|"
        r"leftists?|communists?|socialists?|boomers?|vaccinated|unvaccinated|antivax\w*|christians?|catholics?|"
        r"indians?|arabs?|israelis?|brown|females?|white (?:people|men|women)|black (?:people|men|women)|mothers|"
        r"protesters)"
    ),
    "mild": _words(
        r"lol|lmao|haha\w*|love|thanks?|thank you|beautiful|great|awesome|cute|amazing|happy|glad|congrat\w*|"
        r"please|cool|wonderful|enjoy\w*|favou?rite|perfect|nice|best|good luck|welcome|sweet|gorgeous|fun|"
        r"delicious|proud"
    ),
}
_HARSH = ("insult", "profanity", "contempt", "slur", "attack", "threat", "dehumanising")
_TOGETHER = PrefilteredSet([Prefiltered(KINDS[kind].pattern) for kind in _HARSH])
GROUP = Prefiltered(KINDS["group"].pattern)
STRONG_PROFANITY = _words(
    r"\w*f+u+c+k+\w*|f\*+c?k\w*|fck\w*|stfu|gtfo|motherf\w+|(?:bull)?s+h+i+t+\w*|sh\*t\w*|cocksuck\w*|cunts?|"
    r"twats?|wank\w*|"
    r"assholes?|bitch\w*|bastards?|dickheads?|scheiß\w*|arschl\w+|hurensohn|putain|connard\w*|salope|"
    r"gilipollas|pendej\w+|cabr[oó]n"
)
QUOTES = re.compile(
    r"\b(?:said|says|called|quoted|according to|wrote|the word|the term|slur|insult|means|definition|quote|"
    r"reported|allegedly|accused of|article|example of)\b"
)
YOU = re.compile(r"\b(?:you|your|you['’]re|u|ur|urself|yourself)\b")
THEY = re.compile(r"\b(?:he|she|they|him|her|them|his|their|this (?:man|woman|guy|person|lady)|these|those)\b")


def is_harsh(low: str) -> bool:
    """Whether a lower-case text has words of abuse of any kind."""
    return any(KINDS[_HARSH[place]].search(low) for place in _TOGETHER.candidates(low))
