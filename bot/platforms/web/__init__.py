"""The clinic's own page as a platform: rooms with live lines over a socket."""

from bot.platforms.web.platform import WebPlatform

__all__ = ["WebPlatform"]
