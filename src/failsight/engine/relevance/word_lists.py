"""Word lists for reading a query: who speaks, what refers back, words of the task, function words of languages."""

PERSON = """
i im i'm my me mine we us our you your yours myself
"""
REFERENCE = """
it its they them their this that these those he she him his her
"""
TASK_WORDS = """
summarize summarise summary summaries summarization article articles text texts passage passages paragraph paragraphs
document documents context contexts source sources sentence sentences content contents following above below provided
given based according using use used write rewrite rephrase paraphrase translate translation explain describe tell list
give provide answer answers question questions response reply respond read extract generate create make produce brief
briefly short shorter concise detailed detail details step steps bullet bullets point points key main idea ideas
information info data input output table chart caption graph json csv file files page pages report story english german
french spanish language words word please help need want like know understand task facts fact statement claim supported
support derived natural fluent coherent single hi hello hey thanks thank ok okay yes good great continue go again more
next why sure
"""
LIGHT = """
currently approximately about around roughly nearly located officially originally first also however today now still
just actually exactly only total overall according generally usually typically
"""
SAME_MEANING = """
founded established created formed
started began begun commenced
opened opens inaugurated
built constructed completed erected
born birth
died dead death
published issued
released debuted
costs priced
located situated
needs requires
allowed permitted
hours hrs hr
minutes mins min
"""
OPPOSED = """
allowed forbidden
allowed prohibited
allowed banned
open closed
free paid
included excluded
includes excludes
required optional
mandatory optional
available unavailable
enabled disabled
accepted rejected
legal illegal
possible impossible
safe unsafe
increased decreased
rose fell
refundable nonrefundable
"""
ONE_TIME = """
founded opened built born died published released signed won married invented discovered launched
"""
LABELS = """
step chapter page part version section figure fig table volume vol day week level episode season room number no article
paragraph item question type grade phase stage unit lesson line gate platform route class group team method option tip
"""
