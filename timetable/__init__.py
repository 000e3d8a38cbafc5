"""Floor 3: what is taught and when: LearningPage, terms, class runs, sessions, calendars. Knows no resident."""
