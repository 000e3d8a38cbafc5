"""Floor 5: who has a place. Seats, enrolments, waiting lists, offers, draws, attendance, certificates; no pages."""
