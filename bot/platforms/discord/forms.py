"""Forms: what must be asked, in windows; a kill at any place loses nothing that was typed.

    Ask ─begin─> a window, or a line with a button ─take─> the ring ─> ended, or a draft for a day

A window can only be the first answer to a slash command or a press. Where it is too late for
that, and between pages, a line with a button stands in its place.
"""

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action, Address, Ask, Receipt
from bot.platforms import Outcome, Receive, Status
from bot.platforms.discord import folders, lines, presses, steps
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.folders import Folder
from bot.platforms.discord.presses import Heard
from bot.platforms.discord.replies import Replies
from bot.store import outbox, people


class Forms:
    """The forms that are being asked, any number for each person."""

    def __init__(self, desk: Desk, replies: Replies) -> None:
        """Take what everything that writes to Discord shares, and the answers to interactions."""
        self._desk, self._replies = desk, replies

    async def begin(self, ask: Ask) -> Receipt:
        """Open the window of a form, or put a line with a button to it in the outbox."""
        now = self._desk.clock.now()
        line = f"{ask.command} {ask.args}".strip()
        async with self._desk.db.read() as db:
            token = folders.token_of(db, ask)
            folder = steps.opened(ask, await folders.draft(db, ask.to, line, now))
        window = steps.whole(folder, token)
        if window is not None and await self._show(ask.reply_token, window):
            return Receipt()
        async with self._desk.db.write() as db:
            await folders.keep(db, token, folder, now)
        if window is not None or not await self._open(ask.reply_token, token, folder):
            await self._say(lines.in_place_of(ask, token, *lines.step(folder, token)))
        return Receipt()

    async def take(self, interaction: discord.Interaction, token: str, give: Receive) -> bool:
        """Take a window that was sent, or a press of a form's button, and `give` it to the ring.

        Tells whether it is answered. Raises OperationalError if it could not be stored.
        """
        heard = presses.read(interaction, token, self._desk.clock.now())
        folder = await (self._pressed(heard) if heard.said is None else self._sent(heard, give))
        if folder is None:
            return True
        outcome = await self._give(heard.token, folder, give)
        if outcome is None:
            return True
        return any(action.to in {heard.user, folder.room} for action in outcome.actions)

    async def resume(self, give: Receive) -> None:
        """Give the ring the filled forms that it had not taken when the program ended."""
        async with self._desk.db.read() as db:
            waiting = await folders.unfinished(db, self._desk.clock.now())
        for token, folder in waiting.items():
            await self._give(token, folder, give, resumed=True)

    async def _sent(self, heard: Heard, give: Receive) -> Folder | None:
        """Keep what a window brought; return the form once it is whole."""
        if heard.press.verb == steps.WHOLE:
            return await self._filled(heard, heard.whole())
        if heard.typed:  # the ring hears every word at once: somebody may be in danger
            await give(heard.words())
        async with self._desk.db.read() as db:
            folder = await folders.of(db, heard.token, heard.user, heard.at)
        if folder is None or folder.form is None:
            await self._say(heard.line(lines.closed(heard.typed)))
            return None
        folder = steps.submitted(folder, heard.said or {})
        if steps.is_done(folder):
            return await self._filled(heard, folder)
        async with self._desk.db.write() as db:
            await folders.keep(db, heard.token, folder, heard.at)
            line = heard.line(*lines.step(folder, heard.token))
            await outbox.put(db, line, None, heard.at)
        self._desk.wake()
        return None

    async def _pressed(self, heard: Heard) -> Folder | None:
        """Do what a button says; return the form if nothing is left to ask."""
        async with self._desk.db.read() as db:
            folder = await folders.of(db, heard.token, heard.user, heard.at)
        if folder is None or folder.form is None:
            await self._say(heard.line(lines.closed("")))
            return None
        if heard.press.verb in {steps.CANCEL, steps.DECLINE}:
            await self._cancelled(heard, folder)
            return None
        if heard.press.verb == steps.AGREE:
            folder = steps.agreed(folder)
            async with self._desk.db.write() as db:
                await folders.keep(db, heard.token, folder, heard.at)
        if steps.is_done(folder):
            return await self._filled(heard, folder)
        if not await self._open(heard.reply_token, heard.token, folder, heard.page):
            await self._say(heard.line(*lines.step(folder, heard.token)))
        return None

    async def _cancelled(self, heard: Heard, folder: Folder) -> None:
        declined = heard.press.verb == steps.DECLINE
        async with self._desk.db.write() as db:
            await folders.drop(db, heard.token)
            await folders.drop_draft(db, folder)
            line = heard.line(lines.DECLINED if declined else lines.CANCELLED)
            await outbox.put(db, line, None, heard.at)
        self._desk.wake()

    async def _filled(self, heard: Heard, folder: Folder) -> Folder:
        """Keep a filled form until the ring has taken it; it takes the place of any draft."""
        whole = folder.model_copy(update={"filled": True, "reply_token": heard.reply_token})
        async with self._desk.db.write() as db:
            await folders.keep(db, heard.token, whole, heard.at)
            await folders.drop_draft(db, whole)
        return whole

    async def _give(
        self, token: str, folder: Folder, give: Receive, *, resumed: bool = False
    ) -> Outcome | None:
        """Give the ring a filled form and return what came of it.

        None if it was not taken: then it is kept as a draft, and the person is told.
        """
        now = self._desk.clock.now()
        outcome = await give(folder.command(token, now))
        repeated = outcome.status is Status.REPEATED
        taken = outcome.status is Status.DONE or (resumed and repeated)
        async with self._desk.db.write() as db:
            await folders.drop(db, token)
            if taken or _comes_back(outcome, folder) or not await _is_inside(db, folder.user):
                return outcome
            await folders.keep_draft(db, folder, now)
            number = folder.reply_token.partition(":")[0]
            line = lines.unsent(folder, f"discord:form:{token}:{number}", before=repeated)
            await outbox.put(db, line, None, now)
        self._desk.wake()
        return None

    async def _open(
        self, reply_token: str, token: str, folder: Folder, page: int | None = None
    ) -> bool:
        """Open the window of a page, or of the next one; tell whether it could be opened."""
        number, count = steps.at(folder) if page is None else page, len(steps.pages(folder))
        if steps.must_agree(folder) or number is None or not count:
            return False
        return await self._show(reply_token, steps.window(folder, token, min(number, count - 1)))

    async def _show(self, reply_token: str, window: discord.ui.Modal) -> bool:
        return bool(reply_token) and await self._replies.show(reply_token, window)

    async def _say(self, action: Action) -> None:
        async with self._desk.db.write() as db:
            await outbox.put(db, action, None, self._desk.clock.now())
        self._desk.wake()


def _comes_back(outcome: Outcome, folder: Folder) -> bool:
    """Tell whether the ring asks the same form again, with all that was typed."""
    asked = (one for one in outcome.actions if isinstance(one, Ask))
    return any(one.command == folder.name for one in asked)


async def _is_inside(db: AsyncSession, user: Address) -> bool:
    """Tell whether somebody has a place in a group: of others, nothing is kept."""
    known = await people.find(db, user)
    return known is not None and bool(await people.memberships(db, known.id))
