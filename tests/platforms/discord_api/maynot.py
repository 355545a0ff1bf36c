"""What a person's own Discord refuses, and what they see when the bot keeps silent."""


class MayNot(Exception):
    """The person's Discord would not let them: no permission, no such button, invalid input."""


class Blocked(MayNot):
    """AutoMod kept the words from being said; `message` is what the person is told."""

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message or f"blocked by the rule {rule!r}")
        self.message = message
        self.rule = rule


class Unanswered(Exception):
    """The bot did not acknowledge an interaction in time: the person sees that it failed."""
