"""Floor 2: people who sign in. Residents and phone sign-in join here later."""
