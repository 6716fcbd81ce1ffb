"""Many results into numbers: verdicts, windows, intervals, answers. Pure."""
