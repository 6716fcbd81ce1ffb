"""Traces: the JSON that tracers upload, read part by part into nouns, and the item that a trace stands for."""
