"""Ways to get a judgement: local models, and later any LLM by address."""
