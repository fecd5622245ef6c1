"""Where notifications go."""
