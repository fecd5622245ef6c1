"""Items as CSV, JSON and text, read and written as streams: for nodes that read or write files."""
