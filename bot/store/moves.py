"""Moves: a room gets another address, and what waits to be said there follows it."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.actions import Action, Address, platform_of, without_thread
from bot.store import groups, outbox
from bot.store.db import vault_of
from bot.store.groups import Group, Room
from bot.store.outbox import DEAD, READY, Row


async def move(db: AsyncSession, old: Address, new: Address) -> Group | None:
    """Give a chat and its threads another address; None if it is not bound, or the new one is.

    What was sent already stays under the old address: the platform has no such message any more.
    """
    found = await groups.in_chat(db, old)
    if not found or await groups.in_chat(db, new):
        return None
    for before in [Address(room.address) for _, room in found]:
        after = moved(before, old, new)
        await db.execute(update(Room).where(col(Room.address) == before).values(address=after))
    await _redirect(db, old, new)
    return found[0][0]


def moved(address: Address, old: Address, new: Address) -> Address:
    """Return where an address leads once the chat `old` is `new`: its threads go with it."""
    return Address(address.replace(old, new, 1)) if without_thread(address) == old else address


async def _redirect(db: AsyncSession, old: Address, new: Address) -> None:
    """Aim at the new address whatever is still to be sent, and what somebody may send again."""
    vault = vault_of(db)
    waiting = select(Row).where(Row.platform == platform_of(old), col(Row.state).in_([READY, DEAD]))
    for row in (await db.execute(waiting)).scalars():
        action = outbox.action_of(db, row)
        aimed = _aimed(action, old, new)
        if aimed != action:
            row.action = vault.seal("outbox", aimed.model_dump_json())
            row.lane = vault.lookup("lane", aimed.to)
            db.add(row)
    await db.flush()


def _aimed(action: Action, old: Address, new: Address) -> Action:
    room = moved(action.room, old, new) if action.room else None
    return action.model_copy(update={"to": moved(action.to, old, new), "room": room})
