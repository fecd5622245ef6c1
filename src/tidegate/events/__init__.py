"""Live events: topics with a state and recent events, and subscribers that may be slow."""
