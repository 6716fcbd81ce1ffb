"""Ways to get a judgement: local models, and any LLM by address, with pacing, budget and cache around it."""
