"""Passages: from the clinic's page to Discord and back, with a proof of who somebody is there.

    agreed on our page ─> Discord asks them ─> back with a code ─> who they are ─> the ring's join
      (state, verifier)     (its own page)      (state, once)      (grant kept)

The state is random, works once, for ten minutes, in the browser that it was made for. In the
rows it is a keyed hash. Discord's word that somebody may be put into a server is sealed, and
given back once they are in.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete

from bot.actions import Address, Data
from bot.platforms import Arrival, Astray, Progress, Traveller, Way
from bot.platforms.discord import addresses
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.oauth import Allowed, Down, OAuth, Refused, new_secret
from bot.platforms.discord.tables import DiscordPassage, DiscordRoom
from bot.store.db import vault_of

log = structlog.get_logger(__name__)

STATE, BROWSER, PROGRESS = "discord state", "discord browser", "discord progress"
LIFETIME = timedelta(minutes=10)
KEPT = timedelta(hours=1)
LONGEST_STATE = 100


class _Begun(Data):
    """What is kept of somebody who is on their way."""

    browser: str
    verifier: str
    back: str
    traveller: Traveller


@dataclass(slots=True)
class Passages:
    """The way into Discord by the clinic's page."""

    desk: Desk
    grants: Grants
    name: str = addresses.NAME
    title: str = "Discord"
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def page(self) -> str:
        """Return the address of Discord's page to which people are sent."""
        return self.desk.settings.discord.authorize_url

    @property
    def home(self) -> str:
        """Return the address of Discord."""
        return self.page.removesuffix("/oauth2/authorize")

    @property
    def oauth(self) -> OAuth:
        """Return how Discord is asked."""
        return OAuth(self.desk.settings.discord)

    async def leave(self, browser: str, traveller: Traveller, back: str) -> str:
        """Return where the browser goes: Discord's page that asks whether they allow it."""
        state, verifier = new_secret(), new_secret()
        async with self.desk.db.write() as db:
            vault = vault_of(db)
            begun = _Begun(
                browser=vault.lookup(BROWSER, browser),
                verifier=verifier,
                back=back,
                traveller=traveller,
            )
            await self._put(db, vault.lookup(STATE, state), begun)
        return self.oauth.address(state, verifier, back)

    async def arrive(self, browser: str, said: Mapping[str, str]) -> Arrival:
        """Return who came back, once; raises Astray. From then on `kept` says `going`."""
        begun, late = await self._used(browser, said.get("state", ""))
        if late:
            raise Astray("late", begun.traveller)
        if "code" not in said:
            denied = said.get("error") == "access_denied"
            raise Astray("denied" if denied else "refused", begun.traveller)
        try:
            allowed = await self.oauth.exchange(said["code"], begun.verifier, begun.back)
            user = await self._known(allowed)
        except Refused:
            raise Astray("refused", begun.traveller) from None
        except Down:
            raise Astray("down", begun.traveller) from None
        return Arrival(addresses.person(user), begun.traveller)

    async def _used(self, browser: str, state: str) -> tuple[_Begun, bool]:
        """Use a state up and return what began with it, and whether that is too long ago."""
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            vault = vault_of(db)
            row = await db.get(DiscordPassage, vault.lookup(STATE, state[:LONGEST_STATE]))
            if row is None:
                raise Astray("lost")
            begun = _Begun.model_validate_json(vault.open(STATE, row.passage))
            if begun.browser != vault.lookup(BROWSER, browser):
                raise Astray("lost")
            if row.used_at is not None:
                raise Astray("again", begun.traveller)
            row.used_at = now
            db.add(row)
            going = Progress(at=now, stage="going", code=begun.traveller.code)
            await self._put(db, vault.lookup(PROGRESS, browser), going)
        return begun, row.created_at + LIFETIME <= now

    async def _known(self, allowed: Allowed) -> int:
        """Return who it is, and keep what they allowed for the room's door."""
        try:
            user = await self.oauth.who(allowed.token)
        except (Refused, Down):
            self._revoke(allowed.token)
            raise
        if allowed.joins:
            await self.grants.keep(user, allowed.token, allowed.lifetime)
        else:
            self._revoke(allowed.token)
        return user

    async def keep(self, browser: str, progress: Progress) -> None:
        """Keep how far they are, for the page that they look at."""
        async with self.desk.db.write() as db:
            await self._put(db, vault_of(db).lookup(PROGRESS, browser), progress)

    async def kept(self, browser: str) -> Progress | None:
        """Return how far they are."""
        async with self.desk.db.read() as db:
            vault = vault_of(db)
            row = await db.get(DiscordPassage, vault.lookup(PROGRESS, browser))
            return Progress.model_validate_json(vault.open(STATE, row.passage)) if row else None

    async def _put(self, db: AsyncSession, lookup: str, what: Data) -> None:
        sealed = vault_of(db).seal(STATE, what.model_dump_json())
        now = self.desk.clock.now()
        await db.merge(DiscordPassage(lookup=lookup, passage=sealed, created_at=now))

    async def way(self, who: Address, room: Address, link: str = "") -> Way:
        """Return the link that leads somebody to their room: an invite for them, or the room."""
        home = await self._room(room)
        if link == home:  # they are in, whatever they were offered before
            return Way(home)
        offered = await self.grants.offered(addresses.number_of(who), room)
        return Way(offered, once=True) if offered else Way(home)

    async def _room(self, room: Address) -> str:
        async with self.desk.db.read() as db:
            row = await db.get(DiscordRoom, room)
        if row is None:
            return self.home
        return f"{self.home}/channels/{row.guild}/{addresses.number_of(room)}"

    async def done(self, who: Address) -> None:
        """Give back what somebody allowed: nobody is let in by it any more."""
        token = await self.grants.drop(addresses.number_of(who))
        if token is not None:
            self._revoke(token)

    async def tidy(self) -> None:
        """Give back what was not used in time, and forget who was on their way."""
        for token in await self.grants.forget():
            self._revoke(token)
        over = col(DiscordPassage.created_at) <= self.desk.clock.now() - KEPT
        async with self.desk.db.write() as db:
            await db.execute(delete(DiscordPassage).where(over))

    def _revoke(self, token: str) -> None:
        """Tell Discord that a token is over; nobody waits for that."""
        task = asyncio.create_task(self._revoked(token))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _revoked(self, token: str) -> None:
        try:
            await self.oauth.revoke(token)
        except (Refused, Down):
            log.warning("a grant could not be given back; it ends by itself")
