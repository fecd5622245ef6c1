"""cURL commands as HTTP nodes: what API documentation and browsers give people to copy."""
