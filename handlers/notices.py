"""Notices: how a handler tells the staff, or one patient, something that they did not ask for."""

from bot.actions import Address, Button, Priority, Send, SendFile, platform_of
from bot.booking import calendar
from bot.context import Context
from bot.events import Base, rows
from bot.store import groups, people
from bot.store.bookings import Appointment, Slot


async def staff(
    event: Base,
    ctx: Context,
    words: str,
    *buttons: Button,
    priority: Priority = Priority.STAFF,
) -> list[Send]:
    """Tell the staff rooms: neutral words only, for they may stand in a chat app."""
    return [
        Send(
            to=room,
            key=f"{event.id}#staff.{number}",
            priority=priority,
            text=words,
            buttons=rows((*buttons, desk(ctx))),
        )
        for number, room in enumerate(await ctx.rooms(groups.STAFF))
    ]


def desk(ctx: Context) -> Button:
    """Return the button that opens the clinicians' page."""
    return Button(label="Open the desk", url=f"{ctx.settings.site.address}/desk")


def seen(ref: str) -> Button:
    """Return the button by which staff say that they have seen a case."""
    return Button(label="I have seen it", press=f"case seen {ref}", style="primary")


async def homes(ctx: Context, person_id: str) -> list[tuple[Address, Address | None]]:
    """Return a member's own addresses, each with this group's room on the same platform.

    Where people can be told something outside any room, it does not take a room.
    """
    if await people.membership(ctx.db, person_id, ctx.here.id) is None:
        return []
    found: dict[str, Address] = {}
    for room in await ctx.rooms():
        found.setdefault(platform_of(room), room)
    mine = await people.addresses(ctx.db, person_id)
    return [
        (one, found.get(platform_of(one)))
        for one in mine
        if platform_of(one) in found or _talks(ctx, one)
    ]


def _talks(ctx: Context, address: Address) -> bool:
    can = ctx.platforms.get(platform_of(address))
    return can is not None and can.private_talk


async def patient(ctx: Context, person_id: str, words: str, *buttons: Button) -> list[Send]:
    """Tell one member privately, wherever they can be reached in this group."""
    return [
        Send(to=address, room=room, text=words, buttons=rows(buttons))
        for address, room in await homes(ctx, person_id)
    ]


def file(
    ctx: Context,
    to: Address,
    room: Address | None,
    kept: tuple[Appointment, Slot],
    *,
    gone: bool = False,
) -> SendFile:
    """Return an appointment's calendar file; `gone` takes it out of the calendar again."""
    content = calendar.ics(
        *kept,
        title=ctx.t("Appointment"),
        now=ctx.now,
        url=f"{ctx.settings.site.address}/care?group={ctx.here.slug}",
        method="CANCEL" if gone else "PUBLISH",
    )
    caption = "Open this file to take it out of" if gone else "Open this file to add it to"
    return SendFile(
        to=to,
        room=room,
        name=calendar.NAME,
        type=calendar.TYPE,
        content=content,
        caption=f"{caption} your calendar.",
    )
