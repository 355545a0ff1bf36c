"""Setting up: an admin types a code in a room or picks one, and it is the group's from then on."""

from bot import text
from bot.actions import Action, Address, Admit, Button, Secure, Send, is_person, platform_of
from bot.context import Context
from bot.errors import Refusal, Stranger
from bot.events import Command, RoomPicked
from bot.routing import ADMINS, Answer, Listener, Route
from bot.safety import gate
from bot.store import bindings, groups, people
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from handlers import doors

PURPOSES = {GROUP: "room", STAFF: "staff room"}
PICK = (
    "**Set up a room.** Pick a chat of yours below. A new, empty one is best: I cannot see who is "
    "in it already."
)
TYPE = (
    "**Set up a room.** You need a code for it. Whoever runs this service makes one with "
    "`roundtable group bind {slug}`, and for the staff room with "
    "`roundtable group bind {slug} --purpose staff`. Then type `/setup` and the code in the room."
)
CHECK = (
    "Please check that I am an admin there, and who is in it. I take strangers out only when they "
    "come in or write."
)
SECURED = (
    "Only people who are let in can see it from now on, and everybody who has a place there is "
    "let in. I look at whether anybody else can read it, and tell the team what I find."
)
AGAIN = "I set again who can see it, and look at whether anybody else can."
SHARED = (
    "Everybody in a chat can read all of it, so one chat can only hold rooms of one kind, of one "
    "group. Please use a chat of its own for this."
)


async def setup(event: Command, ctx: Context) -> Answer:
    """Bind the room that the code was typed in; in a private talk, tell how to choose one."""
    if ctx.purpose is not None:
        return await _bound_already(event, ctx, ctx.purpose)
    if is_person(event.chat) and not event.args:
        return await _offer(event, ctx)
    found = await bindings.find(ctx.db, event.args, ctx.now)
    group = await ctx.db.get(Group, found.group_id) if found else None
    if found is None or group is None or not await _in_charge(ctx, group):
        raise Stranger
    if is_person(event.chat):
        raise Refusal("Please type this in the room that you want to set up.")
    await _bind(ctx, group, event.chat, found.purpose)
    await ctx.db.delete(found)
    done = event.whisper(_done(ctx, group, "This", found.purpose))
    return [done, *await _secured(ctx, group, event.chat, found.purpose)]


async def picked(event: RoomPicked, ctx: Context) -> Answer:
    """Bind a room that somebody in charge has picked."""
    purpose, _, slug = event.data.partition(" ")[2].partition(" ")
    group = await groups.find(ctx.db, slug)
    if group is None or purpose not in PURPOSES or not await _in_charge(ctx, group):
        raise Stranger
    if bound := await groups.of_room(ctx.db, event.room):
        mine = await _in_charge(ctx, bound[0])
        whose = f"belongs to {text.literal(bound[0].title)}" if mine else "is in use"
        raise Refusal(f"That room {whose} already. Please pick another one.")
    await _bind(ctx, group, event.room, purpose)
    done = event.whisper(_done(ctx, group, "The chat that you picked", purpose))
    return [done, *await _secured(ctx, group, event.room, purpose)]


async def _offer(event: Command, ctx: Context) -> Send:
    """Offer to pick a room for each group that the asker is in charge of."""
    mine = await _charges(ctx)
    if not mine:
        raise Stranger
    if not ctx.can.picks_rooms:
        return event.whisper(TYPE.format(slug=mine[0].slug if len(mine) == 1 else "GROUP"))
    buttons = [
        Button(
            label=f"Pick the {what} of {group.title}" if len(mine) > 1 else f"Pick the {what}",
            press=f"setup {purpose} {group.slug}",
            picks_room=True,
        )
        for group in mine
        for purpose, what in PURPOSES.items()
    ]
    return event.whisper(PICK, *buttons)


async def _bind(ctx: Context, group: Group, room: Address, purpose: str) -> None:
    """Bind a room; raises Refusal if people of another group or purpose could read it."""
    beside = await groups.in_chat(ctx.db, room)
    if any((one.id, other.purpose) != (group.id, purpose) for one, other in beside):
        raise Refusal(SHARED)
    await groups.add_room(ctx.db, group.id, room, purpose, ctx.now)
    ctx.group = group
    await ctx.note("room bound", detail=f"{purpose}, {platform_of(room)}")


async def _secured(ctx: Context, group: Group, room: Address, purpose: str) -> list[Action]:
    """Return what keeps a room to its people, and lets them in, where the bot sees to both."""
    if not ctx.can.secures:
        return []
    secure = Secure(to=room, title=group.title, staff=purpose == STAFF)
    admitted = [
        Admit(to=room, who=who, name=people.name_of(ctx.db, person), what=doors.WHAT[purpose])
        for person, place in await people.members(ctx.db, group.id)
        if gate.allows(place, purpose)
        for who in await people.addresses(ctx.db, person.id)
        if platform_of(who) == platform_of(room)
    ]
    return [secure, *admitted]


def _done(ctx: Context, group: Group, room: str, purpose: str) -> str:
    what = "the staff room" if purpose == STAFF else "a room"
    done = f"Done. {room} is now {what} of {text.literal(group.title)}."
    if ctx.can.holds:
        return done
    return f"{done}\n\n{SECURED if ctx.can.secures else CHECK}"


async def _bound_already(event: Command, ctx: Context, purpose: str) -> Answer:
    if ctx.role not in ADMINS:
        raise Stranger
    words = f"This room belongs to {text.literal(ctx.here.title)} already."
    if not ctx.can.secures:
        return event.whisper(words)
    again = event.whisper(f"{words} {AGAIN}")
    return [again, *await _secured(ctx, ctx.here, event.chat, purpose)]


async def _in_charge(ctx: Context, group: Group) -> bool:
    return group.id in {one.id for one in await _charges(ctx)}


async def _charges(ctx: Context) -> list[Group]:
    """Return the groups that the asker is in charge of now."""
    if ctx.person is None:
        return []
    places = await people.memberships(ctx.db, ctx.person.id)
    return [
        await ctx.db.get_one(Group, place.group_id)
        for place in places
        if Role(place.role) in ADMINS
    ]


# Open, because a room that is not bound yet belongs to no group.
ROUTES = (Route("setup", setup, open=True, usage="[CODE]", hint="Give this room to a group"),)
LISTENERS = (Listener(RoomPicked, picked),)
