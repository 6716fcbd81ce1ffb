"""``python -m failsight`` is the command ``failsight``."""

from __future__ import annotations

from failsight.cli.main import main

main()
