"""People with a Discord of their own: what they do, besides what they say and see."""

from collections.abc import Mapping
from typing import Any

from tests.platforms.discord_api import clicks, controls, options
from tests.platforms.discord_api.clicks import COMMAND, COMPONENT, SUBMIT, Answer
from tests.platforms.discord_api.controls import MENUS
from tests.platforms.discord_api.doors import enter
from tests.platforms.discord_api.forms import FILES, Modal
from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.oauth_screen import consent
from tests.platforms.discord_api.resolving import Resolved, attach, resolve
from tests.platforms.discord_api.resolving import message as shown
from tests.platforms.discord_api.screens import Has
from tests.platforms.discord_api.seen import Seen
from tests.platforms.discord_api.voices import Voice


class Person(Voice):
    """One human."""

    # --- Interactions ----------------------------------------------------------------------------

    def commands(self, channel: Has | None = None) -> list[str]:
        """Return the slash commands that this person is offered in a channel."""
        return options.available(self, self.place(channel))

    async def runs(self, channel: Has | None, line: str, /, **given: Any) -> Answer:  # noqa: ANN401
        """Run a slash command ("ask", or "tips on") with its options."""
        place = self.place(channel)
        return await clicks.send(self, place, COMMAND, options.filled(self, place, line, given))

    async def clicks(
        self, target: "Seen | Person", name: str, channel: Has | None = None
    ) -> Answer:
        """Run a command from the menu of a message, or of a person seen in `channel`."""
        resolved: Resolved = {}
        if isinstance(target, Seen):
            stored = self.stored(target)
            if stored.is_ephemeral:
                raise MayNot("an ephemeral message has no such menu")
            place = self.world.backend.channels[stored.channel_id]
            command = options.registered(self, place, name, options.ON_MESSAGE)
            resolved["messages"] = {str(stored.id): shown(self, stored)}
        else:
            place = self.place(channel)
            command = options.registered(self, place, name, options.ON_PERSON)
            resolve(self, place, 6, target, resolved)
        data = {**options.head(command), "target_id": str(target.id), "resolved": resolved}
        return await clicks.send(self, place, COMMAND, data)

    async def presses(
        self, label: str, *, channel: Has | None = None, message: Seen | None = None
    ) -> Answer:
        """Press the newest button of this name that this person sees in a channel."""
        stored, button = controls.button(self, label, channel, message)
        if "url" in button:
            return Answer("none", url=str(button["url"]))
        place = self.world.backend.channels[stored.channel_id]
        return await clicks.send(self, place, COMPONENT, controls.used(button), stored)

    async def selects(
        self,
        *picked: Any,  # noqa: ANN401
        channel: Has | None = None,
        message: Seen | None = None,
    ) -> Answer:
        """Choose in the newest menu that has these, by label or value, or people and the like."""
        stored, menu = controls.menu(self, picked, channel, message)
        place = self.world.backend.channels[stored.channel_id]
        data = controls.chosen(self, place, menu, picked)
        return await clicks.send(self, place, COMPONENT, data, stored)

    # --- Forms -----------------------------------------------------------------------------------

    async def fills(self, **values: Any) -> Answer:  # noqa: ANN401
        """Fill in the open form by custom ids, and send it."""
        return await self.fills_in(values)

    async def fills_in(self, values: Mapping[str, Any]) -> Answer:
        """Fill in the open form by custom ids or labels, and send it."""
        modal = self.modal
        if modal is None:
            raise MayNot(f"no form is open before {self.name}")
        place = self.place(self.world.backend.channels[modal.channel])
        data = self._form(modal, values)
        source = self.world.backend.messages[place.id].get(modal.message or 0)
        answer = await clicks.send(self, place, SUBMIT, data, source)
        if self.modal is modal:
            self.modal = None
        return answer

    def closes_form(self) -> None:
        """Cancel the open form; the bot hears nothing of it."""
        self.modal = None

    def _form(self, modal: Modal, values: Mapping[str, Any]) -> dict[str, Any]:
        components = modal.filled(values)
        place = self.world.backend.channels[modal.channel]
        resolved: Resolved = {}
        for one in components:
            inside = one.get("component", {})
            if inside.get("type") == FILES:
                inside["values"] = [
                    attach(self, place, file, resolved) for file in inside["values"]
                ]
            elif (kind := MENUS.get(inside.get("type", 0))) is not None:
                named = inside["values"]
                inside["values"] = [resolve(self, place, kind, one, resolved) for one in named]
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": components}
        return data | ({"resolved": resolved} if resolved else {})

    # --- Doors -----------------------------------------------------------------------------------

    def follows(self, invite: str) -> int:
        """Accept an invite to a guild (a code or an address); return the guild's id."""
        return enter(self.world, self.user, invite)

    def leaves(self, guild: Has) -> None:
        """Go out of a guild."""
        self.world.backend.remove_member(guild.id, self.id)

    def closes_dms(self) -> None:
        """Take no private messages any more."""
        self.world.closed.add(self.id)

    def opens_dms(self) -> None:
        """Take private messages again."""
        self.world.closed.discard(self.id)

    def authorizes(self, url: str) -> str:
        """Allow what Discord's consent screen at this address asks; return where it leads back."""
        return consent(self.world, self.id, url, allow=True)

    def declines(self, url: str) -> str:
        """Cancel on Discord's consent screen; return where it leads back."""
        return consent(self.world, self.id, url, allow=False)
