"""Floor 5: what residents tell us. The survey after the last session, questions and their answers; nobody's place."""
