"""Codes: somebody who tries many wrong ones is no longer listened to for a while."""

from dataclasses import dataclass

from bot.actions import Send
from bot.doorkeeper import Doorkeeper
from bot.events import Command, Message
from bot.platforms import Outcome, Receive, Status
from bot.platforms.telegram.desk import Desk
from bot.store import events as seen
from bot.store import invites, outbox

CARRY_CODES = frozenset({"start", "join"})
NO_CODES = frozenset({"", "open"})
LONGEST = 30  # a code, and the dashes or spaces in it
WAIT = "There were many tries in a short time. Please wait a few minutes before you try again."


@dataclass(slots=True)
class Codes:
    """Counts wrong codes for each person. Nobody waits for it: others are heard meanwhile."""

    desk: Desk
    keeper: Doorkeeper

    async def heard(self, event: Message | Command, receive: Receive) -> Outcome | None:
        """Give what somebody says alone to the ring, unless they have tried too many codes."""
        if not is_code(event):
            return await receive(event)
        if self.keeper.tires(event.user):
            await self._slow(event)
            return None
        outcome = await receive(event)
        if outcome.status is Status.REFUSED and self.keeper.count(event.user):
            await self.keeper.alarm(receive)
        return outcome

    async def _slow(self, event: Message | Command) -> None:
        """Say once in a while that they have to wait; the code is not looked at."""
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            await seen.mark(db, event.id, "slowed", now)
            hour = f"slowed:{event.user}:{now:%Y-%m-%dT%H}"
            await outbox.put(db, Send(to=event.user, key=hour, text=WAIT), None, now)
        self.desk.wake()


def is_code(event: Message | Command) -> bool:
    """Tell whether somebody shows an invite's code, or something that looks like one."""
    if isinstance(event, Command):
        return event.name in CARRY_CODES and event.args.lower() not in NO_CODES
    one_line = len(event.text) <= LONGEST
    return one_line and len(invites.tidy(event.text)) == invites.CODE_LENGTH
