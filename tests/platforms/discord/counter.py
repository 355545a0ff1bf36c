"""A place to fill in forms: the real ring and the real forms, with no Discord at the other end.

No window can be opened here, as it is after two seconds; every form comes as a line with a button.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import discord
from sqlmodel import select

from bot import text
from bot.actions import Action, Address, Ask, Button, Form, Receipt, Send
from bot.budget import Budget, Limits
from bot.context import Context
from bot.events import Command
from bot.platforms import Capabilities, Outcome
from bot.platforms.discord import addresses, folders, steps
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.folders import Folder
from bot.platforms.discord.forms import Forms
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.tables import DiscordForm
from bot.routing import EVERYONE, Answer, Handler, Route, Table
from bot.store import groups, people
from bot.store.groups import GROUP
from tests.platforms.discord.papers import ANA, ROOM, sent
from tests.world import Paper, World, make

FAST = Limits(overall="10000/second", chat="10000/second", group="10000/second")
GUILD = 5


@dataclass
class Counter(Paper):
    """What Ana is shown, newest last, and the ways to answer."""

    name: str = "discord"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(whispers=True, forms=True, private_talk=True)
    )
    world: World = field(init=False)
    desk: Desk = field(init=False)
    count: int = 0
    events: list[object] = field(default_factory=list)

    @property
    def forms(self) -> Forms:
        """A bot that has just been started again."""
        return Forms(self.desk, Replies(self.desk))

    @property
    def lines(self) -> list[Send]:
        """What Ana was shown of the forms and by the ring."""
        return [one for one in self.done if isinstance(one, Send) and one.to == ANA]

    @property
    def said(self) -> str:
        return text.plain(self.lines[-1].text)

    @property
    def labels(self) -> list[str]:
        return [one.label for row in self.lines[-1].buttons for one in row]

    async def perform(self, action: Action) -> Receipt:
        if isinstance(action, Ask):
            return await self.forms.begin(action)
        return await super().perform(action)

    async def receive(self, event: Any) -> Outcome:  # noqa: ANN401 - an event of any kind
        self.events.append(event)
        return await self.world.bot.app.handle(event)

    async def asks(self, route: Route, args: str = "") -> None:
        """Type a command; `route` is all the bot knows."""
        app = self.world.bot.app
        app.table = Table([route, *(one for one in app.table.routes if one.name != route.name)])
        self.count += 1
        now = self.world.clock.now()
        await self.receive(
            Command(
                id=f"discord:{self.count}", at=now, chat=ROOM, user=ANA, name=route.name,
                args=args, reply_token=f"{self.count}:secret",
            )
        )  # fmt: skip
        await self.world.bot.deliver()

    def button(self, label: str) -> Button:
        """Return the newest button of that label."""
        rows = (row for line in reversed(self.lines) for row in line.buttons)
        return next(one for row in rows for one in row if one.label == label)

    async def presses(self, label: str, user: Address = ANA) -> bool:
        """Press the newest button of that label."""
        data = {"component_type": 2, "custom_id": self.button(label).press}
        return await self.takes(discord.InteractionType.component, data, user)

    async def fills(self, label: str = "Open the form", page: int = 0, /, **values: object) -> bool:
        """Fill in the window that the newest button of that label opens."""
        token = steps.read(self.button(label).press).token
        window = steps.window(await self.folder(token), token, page)
        return await self.sends(window, **values)

    async def fills_whole(self, **values: object) -> bool:
        """Fill in a window of which nothing is kept, as if it had been opened in time."""
        return await self.sends(await self.whole(), **values)

    async def whole(self, label: str = "Open the form") -> discord.ui.Modal:
        """Return the window of a form of one page, as if it had been opened in time."""
        made = steps.whole(await self.kept(label), steps.read(self.button(label).press).token)
        assert made is not None
        return made

    async def sends(self, window: discord.ui.Modal, **values: object) -> bool:
        return await self.takes(discord.InteractionType.modal_submit, sent(window, **values))

    async def takes(
        self, kind: discord.InteractionType, data: dict[str, Any], user: Address = ANA
    ) -> bool:
        self.count += 1
        heard = self.interaction(kind, data, user)
        token = f"{self.count}:secret"
        answered = await self.forms.take(heard, token, self.receive)
        await self.world.bot.deliver()
        return answered

    def interaction(
        self, kind: discord.InteractionType, data: dict[str, Any], user: Address
    ) -> discord.Interaction:
        channel = {"id": str(addresses.number_of(ROOM)), "type": 0, "name": "circle"}
        about = {"id": str(addresses.number_of(user)), "username": "ana", "discriminator": "0"}
        told: Any = {
            "id": str(self.count),
            "type": kind.value,
            "token": "secret",
            "version": 1,
            "application_id": "1",
            "attachment_size_limit": 0,
            "guild_id": str(GUILD),
            "guild": {"id": str(GUILD), "features": [], "locale": "en-GB"},
            "channel": {**channel, "position": 0, "permission_overwrites": []},
            "member": {
                "user": {**about, "avatar": None}, "roles": [], "permissions": "0", "flags": 0,
                "joined_at": None, "deaf": False, "mute": False,
            },
            "data": data,
        }  # fmt: skip
        return discord.Interaction(data=told, state=self.desk.client._connection)

    async def kept(self, label: str = "Open the form") -> Folder:
        """Return the form behind the newest button of that label."""
        return await self.folder(steps.read(self.button(label).press).token)

    async def folder(self, token: str) -> Folder:
        async with self.world.db.read() as db:
            found = await folders.of(db, token, ANA, self.world.clock.now())
        assert found is not None
        return found

    async def rows(self) -> int:
        """Return how many forms and drafts are kept."""
        async with self.world.db.read() as db:
            return len((await db.execute(select(DiscordForm))).scalars().all())


async def thanks(event: Command, ctx: Context) -> Answer:
    del ctx
    answers = ", ".join((event.answers or {}).values())
    return event.whisper(f"Thank you for {answers}.")


def route(handler: Handler, form: Form, name: str = "post") -> Route:
    async def asked(event: Command, ctx: object) -> Form:
        del event, ctx
        return form

    return Route(name, handler, who=EVERYONE, form=asked, open=True)


@asynccontextmanager
async def counter(folder: Path, *, inside: bool = True) -> AsyncIterator[Counter]:
    """Stand at a counter as Ana; `inside` tells whether she has a place in the group."""
    made = Counter()
    world = made.world = await make(folder, others=[made])
    made.desk = Desk(
        discord.AutoShardedClient(intents=discord.Intents.none()), Budget(FAST), world.db,
        world.clock, world.bot.settings,
    )  # fmt: skip
    state, bot = made.desk.client._connection, {"id": "1", "username": "bot", "discriminator": "0"}
    state.user = discord.ClientUser(state=state, data=cast("Any", {**bot, "avatar": None}))
    now = world.clock.now()
    async with world.db.write() as db:
        await groups.add_room(db, world.group.id, ROOM, GROUP, now)
    if inside:
        await world.person("ana")
        async with world.db.write() as db:
            ana = await people.find(db, world.address("ana"))
            assert ana is not None
            await people.connect(db, ana.id, ANA, now)
    yield made
    await world.db.close()
