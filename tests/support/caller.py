"""Somebody who called a workflow and waits for its answer."""

from tidegate.sdk.reply import Reply


class Caller:
    """``ctx.reply`` of an execution that somebody waits for, and what they got."""

    is_awaited = True

    def __init__(self, *, is_stream: bool = False) -> None:
        self.is_stream = is_stream
        self.got: list[Reply] = []

    def give(self, reply: Reply) -> bool:
        if self.got and not self.is_stream:
            return False
        self.got.append(reply)
        return True
