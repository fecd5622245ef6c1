"""A package of node types as somebody else would write it; tests run it in locked processes."""
