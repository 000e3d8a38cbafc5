"""Floor 6: the front page, news and plain pages. Nothing here is imported by others."""
