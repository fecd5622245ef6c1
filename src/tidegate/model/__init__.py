"""What exists: plain frozen values, no input or output."""
