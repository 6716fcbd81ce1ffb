"""What the detectors of tools and agents have in common: calls, schemas, what values rest on, which tool fits."""
