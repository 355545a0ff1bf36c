"""What a test sets up: people, guilds, and what their owners do in them."""

import re
from collections.abc import Iterable

import discord
from simcord.backend import models, serializers
from simcord.enums import ChannelType, OverwriteType

from tests.platforms.discord_api.people import Person
from tests.platforms.discord_api.screens import Has
from tests.platforms.discord_api.world import World

USUAL_PERMISSIONS = discord.Permissions.all().value & ~discord.Permissions.administrator.flag
"""What the bot may do unless a test says otherwise: everything, but by its rights only."""


class Guild:
    """A guild as tests name it."""

    def __init__(self, world: World, guild: models.Guild) -> None:
        self.world = world
        self.id = guild.id
        self.name = guild.name
        self.made = guild

    @property
    def roles(self) -> dict[str, models.Role]:
        """Return the roles by name."""
        return {one.name: one for one in self.made.roles.values()}

    @property
    def channels(self) -> dict[str, models.Channel]:
        """Return the channels by name."""
        found = (self.world.backend.channels[one] for one in self.made.channel_ids)
        return {str(one.name): one for one in found}

    def __contains__(self, person: Has) -> bool:
        return person.id in self.made.members


class Stage:
    """Makes people and guilds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._backend = world.backend

    def person(self, name: str, *, locale: str = "en-GB") -> Person:
        """Make somebody who is in no guild yet."""
        plain = re.sub(r"[^a-z0-9_.]", "_", name.lower())
        user = self._backend.make_user(plain, global_name=name)
        self.world.locales[user.id] = locale
        return Person(self.world, user)

    def guild(
        self,
        name: str,
        *,
        owner: Person | None = None,
        bot: bool = True,
        permissions: int = USUAL_PERMISSIONS,
    ) -> Guild:
        """Make a guild, with the bot in it or not."""
        whose = owner or self.person(f"Owner of {name}")
        self._backend.hushed = True
        made = self._backend.create_guild(name, owner_id=whose.id)
        self._backend.take_bot_out(made)
        self._backend.hushed = False
        guild = Guild(self.world, made)
        if bot:
            self.add_bot(guild, permissions=permissions)
        return guild

    def add_bot(self, guild: Guild, *, permissions: int = USUAL_PERMISSIONS) -> None:
        """Let the owner add the bot, with its own role."""
        made, bot = guild.made, self.world.bot
        self._backend.hushed = True
        role = self._backend.create_role(
            made.id,
            bot.name,
            permissions=permissions,
            managed=True,
            position=max(one.position for one in made.roles.values()) + 1,
        )
        self._backend.add_member(made.id, bot.id, roles=[role.id])
        self._backend.hushed = False
        self._backend.emit("GUILD_CREATE", serializers.guild_create_payload(self._backend, made))

    def remove_bot(self, guild: Guild) -> None:
        """Throw the bot out."""
        self._backend.take_bot_out(guild.made)

    def allow_bot(self, guild: Guild, permissions: int) -> None:
        """Change what the bot's own role may do."""
        role = next(one for one in guild.made.roles.values() if one.managed)
        self._backend.edit_role(guild.id, role.id, {"permissions": permissions})

    # --- Rooms -----------------------------------------------------------------------------------

    def channel(
        self,
        guild: Has,
        name: str,
        *,
        parent: Has | None = None,
        kind: int = ChannelType.TEXT,
    ) -> models.Channel:
        """Make a channel that everybody sees, in a category or in none."""
        parent_id = parent.id if parent else None
        return self._backend.create_channel(guild.id, name, type=kind, parent_id=parent_id)

    def category(self, guild: Has, name: str) -> models.Channel:
        """Make a category for channels."""
        return self.channel(guild, name, kind=ChannelType.CATEGORY)

    def overwrite(
        self, channel: Has, target: models.Role | Person, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Allow or deny a role or a person something in a channel."""
        kind = OverwriteType.ROLE if isinstance(target, models.Role) else OverwriteType.MEMBER
        self._backend.set_overwrite(channel.id, models.Overwrite(target.id, kind, allow, deny))

    def delete_channel(self, channel: Has) -> None:
        """Delete a channel, or a thread."""
        self._backend.delete_channel(channel.id)

    # --- Members ---------------------------------------------------------------------------------

    def role(self, guild: Has, name: str, *, permissions: int = 0) -> models.Role:
        """Make a role, below the bot's own."""
        return self._backend.create_role(guild.id, name, permissions=permissions)

    def delete_role(self, guild: Has, role: Has) -> None:
        """Delete a role."""
        self._backend.delete_role(guild.id, role.id)

    def join(self, guild: Has, person: Person, *, roles: Iterable[Has] = ()) -> None:
        """Let somebody in."""
        given = [one.id for one in roles]
        self._backend.add_member(guild.id, person.id, roles=given, announce=True)

    def kick(self, guild: Has, person: Person) -> None:
        """Throw somebody out."""
        self._backend.remove_member(guild.id, person.id)

    def ban(self, guild: Has, person: Person) -> None:
        """Throw somebody out for good."""
        self._backend.apply_ban(guild.id, person.id, None)

    def give(self, guild: Has, person: Person, role: Has) -> None:
        """Give somebody a role."""
        self._backend.add_member_role(guild.id, person.id, role.id)

    def take(self, guild: Has, person: Person, role: Has) -> None:
        """Take a role from somebody."""
        self._backend.remove_member_role(guild.id, person.id, role.id)
