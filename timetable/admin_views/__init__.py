"""Views of the desk for class runs and their sessions: forms that save through services, and asked-twice buttons."""
