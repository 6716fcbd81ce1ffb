"""Chooses the parts: the one place that knows which implementation stands behind which port."""
