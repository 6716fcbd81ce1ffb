"""Refusals: whether, how and where an output declines what it was asked."""
