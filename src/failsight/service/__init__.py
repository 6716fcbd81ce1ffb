"""The use cases: the order of steps, and the ports they need."""
