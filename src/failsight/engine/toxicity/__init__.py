"""Toxic language: insults, threats, slurs and contempt, apart from profanity that only stresses a word."""
