"""Modes: whether the bot reads what members write on Discord, and the warning where it does."""

import structlog

from bot.settings import Settings

log = structlog.get_logger(__name__)

WARNING = (
    "[discord] content_mode is on: the bot reads every message in its Discord rooms. "
    "The consent text says so, and everybody is asked for their consent anew. "
    "Without it the bot works too: Discord’s own filter looks for what is unsafe. "
    "See docs/discord.md."
)


def warn(settings: Settings) -> bool:
    """Warn whoever starts the bot if it is going to read along, and tell whether it is."""
    if settings.discord.content_mode:
        log.warning(WARNING)
    return settings.discord.content_mode
