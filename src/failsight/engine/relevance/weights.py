"""Weights of the relevance probabilities; made by training/fit_relevance.py.

Intercept, then: cosine, BM25, coverage (ENCODER); BM25, coverage (LEXICAL). A data note: fitted on labels of public
question-passage and claim-evidence pairs made from Wikipedia and web text; no text is kept.
"""

QUESTION_ENCODER = (4.4302, -13.1233, 0.0000, 0.0000)
QUESTION_LEXICAL = (1.2933, -5.9643, -2.0150)
STATEMENT_ENCODER = (3.0707, -2.9529, -15.3065, 0.0000)
STATEMENT_LEXICAL = (2.2336, -18.6494, 0.0000)
