"""The built-in node types, one file each. The registry finds them."""
