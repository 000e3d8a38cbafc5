"""Floor 4: events and their calendar pages. No seats."""
