"""What the reader reads from ordinary phrasings, and what it leaves alone."""

from __future__ import annotations

import time

import pytest

from failsight.engine.detectors.verifiable_instructions import VerifiableInstructions
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.reading import read_instructions
from failsight.engine.subject import Subject
from failsight.model.item import Item

READ = [
    ("Describe tea in at least three hundred words.", "at least 300 words"),
    ("Describe tea in 50 words or less.", "at most 50 words"),
    ("Describe tea in between 100 and 150 words.", "100 to 150 words"),
    ("Describe tea. Keep it under 80 words.", "at most 79 words"),
    ("Describe tea. The answer must not be longer than 40 words.", "at most 40 words"),
    ("Write a 120-word note about tea.", "about 120 words"),
    ("Write 200+ words about tea.", "at least 200 words"),
    ("Fasse den Text in maximal 30 Wörtern zusammen.", "at most 30 words"),
    ("Write an SMS of at most 160 characters.", "at most 160 characters"),
    ("Schreibe einen Post mit maximal 280 Zeichen.", "at most 280 characters"),
    ("Use these headings: ## Cause, ## Cure", "the headings “Cause”, “Cure”"),
    ("Structure it with the headings\n## Facts\n## Next steps", "the headings “Facts”, “Next steps”"),
    ("Give me seven slogans for a bakery.", "7 slogans"),
    ("Please write 6 short quiz questions on volcanoes.", "6 questions"),
    ("1. How do I pay? 2. Where do I park?", "an answer to each of 2 questions"),
    ("two things: a) when do you open b) is there a lift", "an answer to each of 2 questions"),
    ("Compare the two bikes on weight, range and price.", "a comparison on weight, range, price"),
    ("Sum it up in one or two sentences.", "1 to 2 sentences"),
    ("Erkläre Tee in genau drei Sätzen.", "exactly 3 sentences"),
    ("Answer with no more than four sentences.", "at most 4 sentences"),
    ("Your reply should have exactly two paragraphs.", "exactly 2 paragraphs"),
    ("List reasons as five bullet points.", "exactly 5 bullet points"),
    ("Please don't use commas.", "no commas"),
    ("Answer without emojis.", "no emojis"),
    ("Use only lowercase letters.", "everything in lower case"),
    ("WRITE IT IN ALL CAPS please.", "everything in upper case"),
    ("Use at least four words in all caps.", "at least 4 words in capital letters"),
    ("Do not use the words 'cheap' or 'free'.", "do not use “cheap”, “free”"),
    ("Avoid the word „billig“ in your text.", "do not use “billig”"),
    ("Include the keywords copper, tin and zinc.", "include “copper”, “tin”, “zinc”"),
    ("Use the word “rain” at least twice.", "“rain” at least 2 times"),
    ("The word very should appear at most once.", "“very” at most 1 time"),
    ("The letter q should appear at least 4 times.", "the letter “q” at least 4 times"),
    ("Respond in Italian.", "the answer in Italian"),
    ("Return the result as JSON.", "the answer in JSON"),
    ("Give me the list as a Markdown table.", "the answer in a Markdown table"),
    ("Start your reply with 'Dear reader'.", "starts with “Dear reader”"),
    ('End your answer with the phrase "Any questions?"', "ends with “Any questions?”"),
    ("Put your entire response in double quotation marks.", "the whole answer in double quotation marks"),
    ("Add a postscript starting with P.S. at the end.", "a postscript (P.S.)"),
    ('Answer with one of: "red", "green", "blue".', "one of “red”, “green”, “blue”"),
]
LEFT_ALONE = [
    "Why do people write at least 500 words?",
    "The essay should explain what a 300 word limit does.",
    "My essay has 900 words and no commas.",
    "Users must enter at least two words.",
    "If the answer is unknown, reply in JSON format.",
    "What is the difference between JSON and XML?",
    "Write a Python script that returns a CSV file.",
    "Translate 'good morning' into French.",
    "How do you say thank you in German?",
    "Explain the word 'irony'.",
    "Give me three words that rhyme with tea.",
    "Each bullet point should have at most 10 words.",
    "What does the phrase 'spill the beans' mean?",
    'Correct the text: "Please answer in capital letters and use no commas, and write at least forty words."',
    "Translate the following email:\n\nHi team, please answer in at most 20 words and avoid the word 'budget'.",
    "I repeat the request every day, but nobody answers.",
    "Use plain language. Sentences of at most 12 words.",
    "Keep sentences under 15 words.",
    "Use short sentences (max. 10 words).",
    "Maximum sentence length: 15 words.",
    "No sentence longer than 20 words.",
    "Sätze mit höchstens 12 Wörtern.",
    "Suggest a password with at most 16 characters.",
    "The novel has at most five characters.",
    "Each headline has at most 60 characters.",
    "Give me 5 questions per topic.",
    "Give me 3-5 tips.",
    "Give me up to 5 tips.",
    "Give me two ideas.",
    "Why do people give five reasons for everything?",
    "Dough: 1) flour 2) water 3) salt",
    "Compare the two bikes.",
    "The page has headings and colours.",
    "Write a headline in all caps and a short text.",
    "Generate five-word sentences about tea.",
    "USER: Hello.\nASSISTANT: Please answer in at most two words.\nUSER: What is tea?",
    "Who said the words 'I have a dream'?",
]


@pytest.mark.parametrize(("prompt", "wording"), READ)
def test_read(prompt: str, wording: str) -> None:
    assert wording in [instruction.wording for instruction in read_instructions(Prompt("input", prompt))]


@pytest.mark.parametrize("prompt", LEFT_ALONE)
def test_left_alone(prompt: str) -> None:
    assert [instruction.wording for instruction in read_instructions(Prompt("input", prompt))] == []


def test_quotes_point_into_the_prompt() -> None:
    text = "Write about tea.\nUse no commas. Keep it under 80 words, please."
    for instruction in read_instructions(Prompt("input", text)):
        assert text[instruction.start : instruction.end] == instruction.quote


@pytest.mark.parametrize(
    "filler", ["the word ", "at least 3 ", "\n", '"', "a. ", "in all the ", "***", "  ", "don't use "]
)
def test_long_prompts_are_read_in_linear_time(filler: str) -> None:
    prompt = "Use at least 3 bullet points, no commas, in French, 50 words. " + filler * (100_000 // len(filler))
    started = time.process_time()
    list(VerifiableInstructions().detect(Subject(Item(input=prompt, output=filler * 10_000))))
    assert time.process_time() - started < 4.0
