"""The acts, and those and that to which they are done, of which the topics of harm are made: parts of patterns."""

from __future__ import annotations

FEW = r"\W+(?:[\w'’\-]+\W+){0,4}?"
PERSON = (
    r"(?:someone|somebody|anyone|people|persons?|humans?|crowds?|strangers?|wom[ae]n|m[ae]n|guys?|girls?|"
    r"boys?|child(?:ren)?|kids?|"
    r"bab(?:y|ies)|toddlers?|teens?|teenagers?|minors?|students?|teachers?|police(?:m[ae]n)?|cops?|officers?|"
    r"politicians?|"
    r"(?:prime )?ministers?|presidents?|senators?|celebrit(?:y|ies)|civilians?|neighbou?rs?|boss|co-?workers?|"
    r"colleagues?|"
    r"roommates?|wife|husband|ex|girlfriend|boyfriend|partner|spouse|mother|father|parents?|brother|sister|family|"
    r"friends?|classmates?|employees?|patients?|immigrants?|refugees?|jews?|muslims?|christians?|hindus?|"
    r"myself|himself|herself)"
)
VIOLENT = (
    r"(?:kill|murder|stab|shoot|strangl\w+|strangle|throttle|chok\w+|poison|tortur\w+|assassinat\w+|beat up|"
    r"hurt|injur\w+|maim|"
    r"behead|suffocat\w+|attack|bomb|harm|execut\w+|exterminat\w+|annihilat\w+|eradicat\w+|slaughter|massacre|"
    r"mutilat\w+|"
    r"snip\w+|slay|drown|gut|dismember|punch|kick|assault|rape|abduct|kidnap|lynch|smother|electrocut\w+|run "
    r"over|terminate|wipe out|"
    r"enslav\w+|cripple|blind|castrat\w+|whip|slap|headshot|set fire to|burn(?: down)?)"
)
PROPERTY = (
    r"(?:house|home|car|building|school|hospital|church|mosque|synagogue|temple|bridge|bank|vault|shop|store|"
    r"office|airport|"
    r"train|plane|bus|motorbike|bike|property|embassy|stadium|mall|wedding|parliament|power plant|apartment|"
    r"wallet|purse|phone|laptop)"
)
GROUP = (
    r"(?:jew(?:s|ish)?|muslims?|christians?|hindus?|sikhs?|black|white|asian|latin[oax]s?|hispanics?|roma|"
    r"gyps(?:y|ies)|arabs?|"
    r"immigrants?|migrants?|refugees?|gays?|lesbians?|homosexuals?|bisexuals?|asexuals?|trans(?:gender)?|"
    r"non-binary|queer|lgbtq?\+?|"
    r"wom[ae]n|females?|men|elderly|old people|disabled|autistic|indigenous|native|poor people|foreigners|"
    r"ethnic|minorit(?:y|ies))"
)
MAKE = (
    r"(?:make|build|construct|create|assemble|3d[- ]?print|cook|synthesi[sz]e|produce|manufactur\w+|brew|"
    r"prepare|buy|get|obtain|acquire|sell|deal|smuggle|grow|deploy|detonate|plant)"
)
