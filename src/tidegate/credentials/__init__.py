"""Credential types: what they hold, where they may be sent, and how they sign a request."""
