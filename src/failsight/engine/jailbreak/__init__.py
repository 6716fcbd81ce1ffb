"""Jailbreaks: inputs that try to make a model drop its rules."""
