"""Reply tokens: by what an interaction is answered, for fifteen minutes after it was made.

    "1234567890:aW50ZXJhY3Rpb24…"      the interaction's number, and Discord's token for it

The number tells when the interaction was made, so nothing else needs to be kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from discord.utils import snowflake_time

LIFETIME = timedelta(minutes=15)
MARGIN = timedelta(seconds=10)  # a token that ends while it is on its way is of no use
FIRST = timedelta(seconds=3)  # until when Discord must have heard something


@dataclass(frozen=True, slots=True)
class Token:
    """What answers one interaction."""

    number: int
    secret: str

    def __str__(self) -> str:
        """Return the token as an event carries it."""
        return f"{self.number}:{self.secret}"

    @property
    def made_at(self) -> datetime:
        """Return when the interaction was made."""
        return snowflake_time(self.number)

    def lives(self, now: datetime) -> bool:
        """Tell whether Discord still takes answers by this token."""
        return now < self.made_at + LIFETIME - MARGIN


def read(reply_token: str) -> Token | None:
    """Return the token that an action carries; None if it carries none of Discord's."""
    number, _, secret = reply_token.partition(":")
    if not secret or not (number.isascii() and number.isdecimal()):
        return None
    return Token(int(number), secret)
