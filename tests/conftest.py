"""Property tests draw the same examples every time; ``--hypothesis-profile explore`` draws new ones, and more."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", derandomize=True, max_examples=80, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("steady")
