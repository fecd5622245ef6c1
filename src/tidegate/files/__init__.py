"""Files under the operator's roots, items' binary data, SQL databases, and spilled outputs."""
