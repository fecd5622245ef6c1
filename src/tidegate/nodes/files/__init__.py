"""Files in the folders that the operator opened to workflows."""
