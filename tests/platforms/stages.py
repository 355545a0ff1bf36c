"""Every platform that the contract is tested on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.platforms.clinic_page import WebStage
from tests.platforms.contract import Stage
from tests.platforms.discord_room import DiscordStage
from tests.platforms.paper import PaperStage
from tests.platforms.telegram_room import TelegramStage

STAGES: dict[str, Callable[[Path], Awaitable[Stage]]] = {
    "discord": DiscordStage.open,
    "paper": PaperStage.open,
    "telegram": TelegramStage.open,
    "web": WebStage.open,
}
