"""Floor 4: brand projects, research projects and learning organisations."""
