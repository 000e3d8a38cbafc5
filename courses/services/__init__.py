"""Every write of course development: projects (stages, milestones) and reviews (rounds, scores)."""
