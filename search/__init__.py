"""Floor 6: the finder at /courses/. Never owns what is found."""
