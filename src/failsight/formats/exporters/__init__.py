"""How a run is printed: one file for each format."""
