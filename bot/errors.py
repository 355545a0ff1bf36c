"""What can go wrong, and who hears of it.

    RoundtableError
    ├── Refusal            told to the person, in its own sentence; nothing is logged as a fault
    │   ├── NotAllowed     the role or the place does not permit it
    │   └── BadInput       what was typed cannot be used; carries the field it concerns
    ├── Stranger           nothing may be learned: the neutral sentence, always the same
    ├── ConfigError        told to the operator: what is wrong, and where
    ├── DeliveryError      told to the outbox by a platform
    │   ├── RetryLater     try again after so many seconds
    │   └── Undeliverable  never try again; says why
    └── OutgoingBlocked    a bug of ours: the bot was about to say what it must not

A refusal is an answer; everything else here is for the operator or for the outbox.
"""

from bot.actions import Button


class RoundtableError(Exception):
    """Anything that Roundtable itself raises."""


class Refusal(RoundtableError):
    """A polite no: its text is one plain sentence for the person who asked.

    `buttons` are what the person can do instead. A `sensitive` one is not to be passed on.
    """

    def __init__(self, sentence: str, *buttons: Button) -> None:
        """Keep the sentence for the person and the buttons that go with it."""
        super().__init__(sentence)
        self.buttons = buttons
        self.sensitive = False


class NotAllowed(Refusal):
    """The person's role, or the place, does not permit this."""


class BadInput(Refusal):
    """What was typed cannot be used; `field` names the form field or argument, if one is meant."""

    def __init__(self, sentence: str, field: str = "") -> None:
        """Keep the sentence for the person and the name of the field it is about."""
        super().__init__(sentence)
        self.field = field


class Stranger(RoundtableError):
    """Somebody without a place in the group asked; they learn nothing from the answer."""


class ConfigError(RoundtableError):
    """The operator's settings, key or content cannot be used; the text says what and where."""


class DeliveryError(RoundtableError):
    """A platform could not carry out an action."""


class RetryLater(DeliveryError):
    """The platform asks to wait; `after` is in seconds."""

    def __init__(self, after: float, why: str = "") -> None:
        """Keep how long to wait and the reason, which carries no personal data."""
        super().__init__(why or f"retry after {after:g} s")
        self.after = after


class Undeliverable(DeliveryError):
    """The action can never be carried out (blocked, deleted, left); its text is the reason."""


class OutgoingBlocked(RoundtableError):
    """The bot was about to say something that the outgoing check forbids."""
