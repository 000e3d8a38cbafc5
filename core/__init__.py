"""Floor 0: what every app stands on. Must never import a feature app."""
