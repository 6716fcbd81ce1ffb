"""Which language a text is in: one guess, asked by every rule that knows the words of one language only."""
