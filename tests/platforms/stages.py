"""Every platform that the contract is tested on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.platforms.clinic_page import WebStage
from tests.platforms.contract import Stage
from tests.platforms.paper import PaperStage

STAGES: dict[str, Callable[[Path], Awaitable[Stage]]] = {
    "paper": PaperStage.open,
    "web": WebStage.open,
}
