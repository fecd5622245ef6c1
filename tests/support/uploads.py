"""A workflow that takes files, and a picture and a sound to give it."""

import struct

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0f01f0005010101e9b1e9de0000000049454e44ae426082"
)
WAV = (
    struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 836, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    + struct.pack("<4sI", b"data", 800)
    + bytes([128]) * 800
)
"""A tenth of a second of silence."""
UPLOAD = {
    "tidegate": 1,
    "name": "Takes files",
    "nodes": {
        "call": {
            "type": "trigger.webhook",
            "params": {"path": "take-files", "methods": ["POST"], "respond": "last_node"},
        },
    },
    "edges": [],
}
