"""Hooks: the calls by which an interaction is answered, each with an end to waiting for it.

They need no bot's token and count for no limit of the bot's: only five in two seconds for each
interaction. discord.py's own adapter waits for those.
"""

import asyncio
from typing import Any

from discord import Webhook
from discord.enums import InteractionResponseType as Kind
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.platforms.discord.desk import Desk
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.refusals import UNKNOWN_MESSAGE, Spent, understood
from bot.platforms.discord.tokens import Token
from bot.platforms.discord.wire import Shown, shown

PATIENCE = 15.0
ORIGINAL = "@original"


class Hooks:
    """Answers interactions; every call raises Spent, RetryLater or Undeliverable."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk, for the session of its client."""
        self.desk = desk
        self._adapter = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]

    async def respond(
        self, token: Token, kind: Kind, data: dict[str, Any], parcel: Parcel, patience: float
    ) -> Shown | None:
        """Make the first answer; return where it stands, if it is a message."""
        params = parcel.packed({"type": kind.value} | ({"data": data} if data else {}))
        with understood():
            async with asyncio.timeout(patience):
                answer = await self._adapter.create_interaction_response(
                    token.number, token.secret, session=self._session(token), params=params
                )
        message = _message(dict(answer))
        return shown(message) if message else None

    async def original(self, token: Token) -> dict[str, Any]:
        """Return the first answer as Discord has it."""
        with understood():
            async with asyncio.timeout(PATIENCE):
                return dict(
                    await self._adapter.get_original_interaction_response(
                        self.desk.application, token.secret, session=self._session(token)
                    )
                )

    async def fill(self, token: Token, parcel: Parcel) -> Shown:
        """Put words where the bot "is thinking"; twice is once."""
        params = parcel.packed(parcel.change())
        with understood():
            async with asyncio.timeout(PATIENCE):
                answer = await self._adapter.edit_original_interaction_response(
                    self.desk.application,
                    token.secret,
                    session=self._session(token),
                    payload=params.payload,
                    multipart=params.multipart,
                    files=params.files,
                )
        return shown(dict(answer))

    async def follow(self, token: Token, parcel: Parcel, *, hidden: bool) -> Shown:
        """Say more after the first answer. Discord takes no nonce here: this can show twice."""
        params = parcel.packed(parcel.data(hidden=hidden))
        answer = None
        with understood({UNKNOWN_MESSAGE}):
            async with asyncio.timeout(PATIENCE):
                answer = await self._adapter.execute_webhook(
                    self.desk.application,
                    token.secret,
                    session=self._session(token),
                    payload=params.payload,
                    multipart=params.multipart,
                    files=params.files,
                    wait=True,
                )
        if answer is None:  # it would have filled a first answer that was taken away
            raise Spent(taken=True)
        return shown(dict(answer), hidden=hidden)

    async def change(self, token: Token, message: int, parcel: Parcel) -> None:
        """Change something that was said by this token."""
        with understood():
            async with asyncio.timeout(PATIENCE):
                await self._adapter.edit_webhook_message(
                    self.desk.application,
                    token.secret,
                    message,
                    session=self._session(token),
                    payload=parcel.change(),
                )

    async def drop(self, token: Token, message: int | None = None) -> None:
        """Take back something that was said by this token: the first answer, if none is named."""
        with understood():
            async with asyncio.timeout(PATIENCE):
                if message is None:
                    await self._adapter.delete_original_interaction_response(
                        self.desk.application, token.secret, session=self._session(token)
                    )
                else:
                    await self._adapter.delete_webhook_message(
                        self.desk.application,
                        token.secret,
                        message,
                        session=self._session(token),
                    )

    def _session(self, token: Token) -> Any:  # noqa: ANN401 - aiohttp's, of the present client
        return Webhook.partial(token.number, token.secret, client=self.desk.client).session


def _message(answer: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message that a first answer has become."""
    resource: dict[str, Any] = answer.get("resource") or {}
    return resource.get("message")
