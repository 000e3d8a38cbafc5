"""What an editor sees first: today's work of every room, and what the residents of a street want. It owns no table."""
