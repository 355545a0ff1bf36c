"""Interactions: what a person sets off with the bot, and how the bot answers at first."""

import asyncio
from dataclasses import dataclass
from typing import Any

from simcord.backend.models import Channel, Interaction, Message, ResponseKind

from tests.platforms.discord_api.forms import Modal
from tests.platforms.discord_api.maynot import Unanswered
from tests.platforms.discord_api.resolving import message as shown
from tests.platforms.discord_api.resolving import surroundings
from tests.platforms.discord_api.screens import Screen
from tests.platforms.discord_api.seen import Seen, view
from tests.platforms.discord_api.world import ACKNOWLEDGED_WITHIN

COMMAND, COMPONENT, SUBMIT = 2, 3, 5
_KINDS = {
    ResponseKind.MESSAGE: "message",
    ResponseKind.DEFERRED: "deferred",
    ResponseKind.DEFERRED_UPDATE: "none",
    ResponseKind.UPDATE: "update",
    ResponseKind.MODAL: "modal",
}


@dataclass(frozen=True)
class Answer:
    """How the bot acknowledged what a person did.

    `kind`: "message" (it said something), "deferred" (it is thinking), "modal" (a form opened),
    "update" (it changed the message that the button is on), "none" (nothing to be seen).
    """

    kind: str
    after: float = 0.0
    """How many seconds it took."""
    seen: Seen | None = None
    modal: Modal | None = None
    url: str = ""
    """Where a button that is a link leads; the bot hears nothing of it."""
    interaction: int = 0


async def send(
    screen: Screen, place: Channel, kind: int, data: dict[str, Any], source: Message | None = None
) -> Answer:
    """Send an interaction and wait until the bot acknowledged it, or Unanswered."""
    world = screen.world
    more = surroundings(screen, place)
    if source is not None:
        more["message"] = shown(screen, source)
    screen.act(place)
    record, acknowledged = world.interact(kind, place.id, screen.id, data, **more)
    try:
        after = await asyncio.wait_for(acknowledged, ACKNOWLEDGED_WITHIN)
    except TimeoutError:
        world.forget(record.id)
        what = data.get("name") or data.get("custom_id")
        raise Unanswered(f"the bot did not acknowledge {what!r} of {screen.name} in time") from None
    return _answer(screen, record, after)


def _answer(screen: Screen, record: Interaction, after: float) -> Answer:
    modal = None
    if record.modal is not None:
        modal = Modal(record.modal, record.id, record.channel_id, record.source_message_id)
        screen.modal = modal
    messages = screen.world.backend.messages.get(record.channel_id, {})
    said = messages.get(record.message_id or 0)
    seen = view(screen.world, said) if said is not None and said.visible_to(screen.id) else None
    kind = _KINDS[record.response_kind] if record.response_kind else "none"
    return Answer(kind, after, seen, modal, interaction=record.id)
