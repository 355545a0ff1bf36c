"""Talks: forms asked question by question in private, so that a kill at any place loses nothing.

One update is one transaction: that it was taken, how far the talk is, and what is said next in
the outbox. A filled form stays, under the update that filled it, until the ring has taken it:
the same update again gives the same command again.

    Ask ─begin─> talk ─typed, pressed─> filled ─(the ring takes the command)─> close
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action, Address, Ask, Base, Edit, Priority, Send
from bot.clock import Clock
from bot.platforms.telegram import folders, questions, talk
from bot.platforms.telegram.folders import Filled, Folder
from bot.platforms.telegram.talk import End, Move
from bot.store import events as seen
from bot.store import outbox
from bot.store.db import Database, vault_of

ID_LENGTH = 8

CLOSED = "This form is closed."
CLOSED_BEFORE = "This form is closed. If you still need it, you can start it again."
NOT_NOW = "This is not the question being asked now. Please use the newest message."
CANCELLED = "Cancelled. Nothing was sent."
LATE = (
    "That form was open for more than a day, so it is closed. Nothing was sent. "
    "You can start it again."
)


@dataclass(frozen=True, slots=True)
class Step:
    """What an update did to a talk.

    `command` is there when the form is filled. `notice` is to be shown on the pressed button.
    Not `used`: there was no talk, and the words are an ordinary message.
    """

    command: Filled | None = None
    notice: str = ""
    used: bool = True


class Talks:
    """The talks of all people, one form at a time for each."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Take the database that keeps them."""
        self._db, self._clock = db, clock

    async def begin(self, ask: Ask) -> Send:
        """Open the talk of a form, or go on with it, and return the question to ask."""
        async with self._db.write() as db:
            folder, talk_id = await self._folder(db, ask.to), _id_of(db, ask)
            present = folder.talk
            if present is None or present.id != talk_id:
                if not await seen.is_new(db, _ended(talk_id)):
                    return _first(ask, CLOSED_BEFORE)
                if present is not None:
                    await self._mark(db, _ended(present.id))
                present = talk.opened(ask, talk_id)
            await self._keep(db, ask.to, Folder(talk=present, filled=folder.filled))
        return _first(ask, present.words(present.problem)).with_buttons(*present.buttons())

    async def is_open(self, user: Address, event_id: str = "") -> bool:
        """Tell whether words are for `typed`: a form is being asked, or has just become too old.

        Also if this very update was an answer before: it may come again when the form has ended.
        """
        async with self._db.read() as db:
            folder = await self._folder(db, user)
            asked = folder.talk is not None or folder.late
            return asked or not await seen.is_new(db, _taken(event_id))

    async def typed(self, event_id: str, user: Address, words: str) -> Step:
        """Take typed words as the answer to the present question.

        The ring must not be given this very event id before: words that the ring has taken as
        an ordinary message are no answer when they come again.
        """
        async with self._db.write() as db:
            folder = await self._folder(db, user)
            if not await seen.is_new(db, _taken(event_id)):
                return _repeated(folder, event_id)
            idle = folder.talk is None and not folder.late
            if idle or not await seen.is_new(db, event_id):
                return Step(used=False)
            await self._mark(db, _taken(event_id))
            if folder.talk is None:
                await self._keep(db, user, Folder(filled=folder.filled))
                await self._say(db, Send(to=user, text=LATE, key=f"{event_id}#late"))
                return Step()
            return await self._moved(db, event_id, user, folder, talk.typed(folder.talk, words))

    async def pressed(self, event_id: str, user: Address, data: str, message: str) -> Step:
        """Do what a pressed button says; `message` is the id of the message it stands under."""
        async with self._db.write() as db:
            folder, press = await self._folder(db, user), questions.read(data)
            # Even a press that does nothing: later it might fit by chance.
            if not await self._mark(db, _taken(event_id)):
                return _repeated(folder, event_id)
            if press is None or folder.talk is None or folder.talk.id != press.talk:
                return Step(notice=LATE if folder.late else CLOSED)
            move = talk.pressed(folder.talk, press)
            if move is None:
                return Step(notice=NOT_NOW)
            chosen = folder.talk.chosen(press)
            if chosen and message:
                # After the next question: to one chat, one thing goes in a second.
                late = Edit(to=user, message=message, text=chosen, priority=Priority.STAFF)
                await self._say(db, late.under(f"{event_id}#chosen"))
            return await self._moved(db, event_id, user, folder, move)

    async def cancel(self, event_id: str, user: Address) -> bool:
        """End the talk without sending anything; False if there is none."""
        async with self._db.write() as db:
            if not await seen.is_new(db, _taken(event_id)):
                return True
            folder = await self._folder(db, user)
            if folder.talk is None or not await seen.is_new(db, event_id):
                return False
            await self._mark(db, _taken(event_id))
            await self._moved(db, event_id, user, folder, Move(folder.talk, end=End.CANCELLED))
            return True

    async def close(self, user: Address, talk_id: str) -> None:
        """Drop a filled form once the ring has taken its command."""
        async with self._db.write() as db:
            folder = await self._folder(db, user)
            rest = tuple(one for one in folder.filled if one.talk != talk_id)
            await self._keep(db, user, folder.model_copy(update={"filled": rest}))

    async def forget(self, before: datetime) -> None:
        """Drop talks in which nothing was said since, but for the fact that there was one."""
        async with self._db.write() as db:
            await folders.forget(db, before, self._clock.now())

    async def _folder(self, db: AsyncSession, user: Address) -> Folder:
        return await folders.of(db, user, self._clock.now())

    async def _keep(self, db: AsyncSession, user: Address, folder: Folder) -> None:
        await folders.keep(db, user, folder, self._clock.now())

    async def _moved(
        self, db: AsyncSession, event_id: str, user: Address, folder: Folder, move: Move
    ) -> Step:
        """Keep what became of the talk, and put in the outbox what is to be said about it."""
        now = move.talk
        if move.end is None:
            await self._keep(db, user, folder.model_copy(update={"talk": now}))
            asked = Send(
                to=user, text=now.words(move.problem or now.problem), key=f"{event_id}#ask"
            )
            await self._say(db, asked.with_buttons(*now.buttons()))
            return Step()
        await self._mark(db, _ended(now.id))
        if move.end is End.CANCELLED:
            await self._keep(db, user, Folder(filled=folder.filled))
            await self._say(db, Send(to=user, text=CANCELLED, key=f"{event_id}#cancelled"))
            return Step()
        filled = folders.filled(now, event_id)
        await self._keep(db, user, Folder(filled=(*folder.filled, filled)))
        return Step(command=filled)

    async def _mark(self, db: AsyncSession, name: str) -> bool:
        return await seen.mark(db, name, "talk", self._clock.now())

    async def _say(self, db: AsyncSession, action: Action) -> None:
        await outbox.put(db, action, None, self._clock.now())


def _id_of(db: AsyncSession, ask: Ask) -> str:
    """Return the talk's id: the same for the same Ask, and short enough for a button."""
    return vault_of(db).lookup("talk id", ask.key or ask.model_dump_json())[:ID_LENGTH]


def _taken(event_id: str) -> str:
    return f"{event_id}#talk"


def _ended(talk_id: str) -> str:
    return f"talk:{talk_id}#ended"


def _repeated(folder: Folder, event_id: str) -> Step:
    return Step(next((one for one in folder.filled if one.event_id == event_id), None))


def _first(ask: Ask, words: str) -> Send:
    """Return what is said in place of an Ask: the same key, the same urgency, the same room."""
    return Send(text=words, **{name: getattr(ask, name) for name in Base.model_fields})
