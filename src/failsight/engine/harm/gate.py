"""A cheap first look: a request without any of these stems matches no topic."""

from __future__ import annotations

import re

GATE = re.compile(
    r"kill|murder|stab|sho[ot]|strangl|throttl|chok|poison|tortur|assassin|beat|hurt|injur|maim|behead|"
    r"suffocat|attack|bomb|harm|execut|extermin|annihilat|"
    r"eradic|slaughter|massacre|mutilat|snip|slay|drown|gut|dismember|punch|kick|assault|rape|abduct|kidnap|"
    r"lynch|smother|electrocut|run over|terminat|wipe|"
    r"enslav|cripple|castrat|whip|slap|headshot|fire|burn|porn|erotic|smut|nude|sex|orgy|orgies|rob|burgl|"
    r"break|blow|demolish|vandal|destroy|smash|trash|hotwire|"
    r"steal|jack|torch|caught|detect|noticed|away|evad|illegal|unlawful|launder|shoplift|extort|brib|"
    r"blackmail|smuggl|counterfeit|traffick|arson|embezzl|insider|tax|"
    r"heist|consent|knowledge|permission|weapon|explosiv|grenade|nerve|silencer|gun|molotov|ied|napalm|ricin|"
    r"anthrax|sarin|mustard|dynamite|thermite|landmine|rifle|firearm|"
    r"meth|cocaine|crack|heroin|lsd|mdma|ecstasy|fentanyl|weed|mari[jh]uana|cannabis|shroom|opi|oxycontin|"
    r"vicodin|ketamine|ghb|steroid|drug|suicid|life|self|overdos|die|wrist|"
    r"why|better|best|holocaust|genocide|cleansing|slave|apartheid|nazi|hitler|isis|racist|sexist|phobic|"
    r"semitic|slur|stalk|bully|harass|dox|humiliat|troll|intimidat|threat|"
    r"manipul|gaslight|sham|rumo|slander|defam|revenge|privat|address|number|social|ssn|medical|health|login|"
    r"password|history|bank|immigration|location|record|track|spy|facial|"
    r"fake|disinform|misinform|hoax|illuminati|earth|9/11|chemtrail|order|moon|gambl|bet|invest|pump|ponzi|"
    r"pyramid|slot|vaccin|bleach|cure|tamper|rig|elect|voting|labo|overstay|"
    r"avoid|cheat|dump|pour|spill|poach|hunt|child|minor|underage|kid|teen|young|school|pedo|terror|jihad|"
    r"extrem|suprem|overthrow|phish|identity|scam|419|fraud|forge|trick|con |"
    r"malware|virus|keylog|trojan|worm|botnet|rootkit|exploit|backdoor|hijack|hack|ddos|bypass|disabl|brute|"
    r"unauthor|mine|impersonat|pos|pretend|irs|deepfake|vigilante",
    re.IGNORECASE,
)
