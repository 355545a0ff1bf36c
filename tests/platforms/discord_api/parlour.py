"""A guild without a server around it: what people can do among themselves."""

from collections.abc import Mapping
from typing import Any

from simcord.backend.models import Channel

from tests.platforms.discord_api.automod import KEYWORD
from tests.platforms.discord_api.maynot import Blocked
from tests.platforms.discord_api.stage import Stage
from tests.platforms.discord_api.world import World


class Parlour:
    """A guild that Ana owns and Ben is in; `told` is what AutoMod tells the bot."""

    def __init__(self) -> None:
        self.world = World("token", "secret")
        self.stage = Stage(self.world)
        self.ana, self.ben = self.stage.person("Ana"), self.stage.person("Ben")
        self.guild = self.stage.guild("Clinic", owner=self.ana)
        self.stage.join(self.guild, self.ben)
        self.room = self.stage.channel(self.guild, "room")
        self.desk = self.stage.channel(self.guild, "desk")
        self.told: list[Mapping[str, Any]] = []
        self.world.backend.subscribers.append(self._hear)

    def _hear(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "AUTO_MODERATION_ACTION_EXECUTION":
            self.told.append(payload)

    def rule(
        self,
        *actions: dict[str, Any],
        kind: int = KEYWORD,
        exempt: tuple[int, ...] = (),
        **facts: Any,  # noqa: ANN401
    ) -> int:
        """Make a rule of AutoMod; `exempt` are roles and channels that it spares."""
        body: dict[str, Any] = {
            "name": "Care",
            "event_type": 1,
            "trigger_type": kind,
            "trigger_metadata": facts,
            "actions": list(actions),
            "exempt_roles": exempt,
            "exempt_channels": exempt,
        }
        return self.world.backend.create_auto_mod_rule(self.guild.id, self.world.bot.id, body).id

    def passes(self, text: str, room: Channel | None = None) -> bool:
        """Tell whether Ben can say this."""
        try:
            self.ben.says(room or self.room, text)
        except Blocked:
            return False
        return True
