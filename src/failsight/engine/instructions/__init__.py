"""Verifiable instructions: demands of a prompt that can be checked on the output without understanding it."""
