"""A resolver that asks nobody."""


class Names:
    """Knows every name, and keeps for whom it was asked."""

    def __init__(self, *addresses):
        self.addresses, self.asked = addresses, []

    async def resolve(self, host, owner):
        """The addresses, whatever the name."""
        self.asked.append((host, owner))
        return self.addresses

    def close(self):
        """Nothing to end."""
