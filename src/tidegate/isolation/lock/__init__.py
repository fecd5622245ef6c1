"""The lock on a process: layers of the operating system, put on by the process itself.

Nothing here needs root. What a system does not have is left out and reported; see ``layers``.
"""
