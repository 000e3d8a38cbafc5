"""Floor 2: full-time, part-time and volunteer teachers."""
