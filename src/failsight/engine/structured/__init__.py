"""Structured outputs: strict JSON with the place of what is wrong, and JSON Schema validation that cannot hang."""
