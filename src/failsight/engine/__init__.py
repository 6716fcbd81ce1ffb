"""The pure rooms that decide whether an item failed, how badly, and why."""
