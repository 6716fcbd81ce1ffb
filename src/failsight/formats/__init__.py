"""Bytes to nouns and back: parses and prints, never opens a file."""
