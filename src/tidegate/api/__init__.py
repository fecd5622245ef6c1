"""The HTTP server: routes are thin, services do the work."""
