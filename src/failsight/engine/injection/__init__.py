"""Instructions where only data should be: in retrieved passages, tool results and pasted texts."""
