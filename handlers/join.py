"""Joining: an invite's code, a name and a yes to the consent text open the door.

A code that is unknown, used, expired or revoked gets the neutral sentence after the same work.
"""

from bot import text
from bot.actions import Action, Button, Form, Priority, Question, Send
from bot.context import Context
from bot.errors import BadInput, Stranger
from bot.events import Command, rows
from bot.routing import ADMINS, Answer, Route
from bot.safety import consent, names
from bot.store import groups, invites, people
from bot.store.groups import GROUP, Group
from bot.store.invites import Invite
from bot.store.people import Person, Role
from handlers import doors

NAME = Question(
    name="name",
    label="What should people here call you?",
    max=names.LONGEST,
    help="A first name or a nickname is fine. Others in the group see it.",
)
AGREE = Question(name="consent", label="I have read this and I agree", kind="check")

MEMBER_WORDS = """\
**Welcome to {title}, {name}.** It is good that you are here. Three things to try:

- Ask something: type `/ask` and your question
- Get a small tip: `/tip`
- Ask the clinic for an appointment: `/appointment`

`/help` shows everything else. There is no hurry, and you can just read along."""

STAFF_WORDS = """\
**Welcome to {title}, {name}.** You are in as {role}.

- {rooms}
- `/help` shows what you can do."""

STAFF_ROOM = "The staff room is open to you as well."
NO_ROOM = "No room here belongs to the group yet. `/setup` lets you choose one."
NO_CODE = (
    "No room here belongs to the group yet. Whoever runs this service has a code for one: type "
    "`/setup` with that code in the room."
)
NO_STAFF_ROOM = "There is no staff room here yet. What needs the team is on the desk."


async def asked(event: Command, ctx: Context) -> Form | None:
    """Return the form for a code that opens the door; None for somebody who is inside already."""
    invite = await invites.find(ctx.db, event.args, ctx.now)
    if invite is None:
        if ctx.member is not None:
            return None
        raise Stranger
    if await _is_inside(ctx, invite.group_id):
        return None
    # Consent first: where questions are asked one by one, a no ends it before a name is given.
    fields = (AGREE,) if ctx.person else (AGREE, NAME)
    words = consent.text(ctx.settings)
    return Form(title="Join the group", intro=words, fields=fields, submit="Join the group")


async def join(event: Command, ctx: Context) -> Answer:
    """Let somebody into the group of their invite."""
    invite = await invites.find(ctx.db, event.args, ctx.now)
    if invite is None or await _is_inside(ctx, invite.group_id):
        return event.whisper(
            "You are in already, so you need no invite. If this one was meant for another group "
            "and does not work, please ask for a new one."
        )
    answers = event.answers or {}
    if answers.get("consent") != "yes":
        raise BadInput("To join, please read the text and agree to it.", "consent")
    group = await _enter(ctx, invite)
    role = Role(invite.role)
    person = await _person(event, ctx, group, role, answers.get("name", ""))
    ctx.person = person
    ctx.member = await people.admit(
        ctx.db,
        person.id,
        group.id,
        role,
        consent.version(ctx.settings),
        ctx.now,
        invite.created_by,
    )
    await invites.redeem(ctx.db, event.args, ctx.now)
    await ctx.note("joined", invite.id, role)
    name = people.name_of(ctx.db, person)
    admitted = await doors.admit(ctx.db, group.id, event.user, name, role)
    welcome = await _welcome(event, ctx, name, role, len(admitted))
    return [*admitted, welcome, *await _announcement(ctx, name, invite)]


async def _is_inside(ctx: Context, group_id: str) -> bool:
    if ctx.person is None:
        return False
    return await people.membership(ctx.db, ctx.person.id, group_id) is not None


async def _enter(ctx: Context, invite: Invite) -> Group:
    """Go on for the invite's group, whatever chat the code was typed in."""
    ctx.group = await ctx.db.get_one(Group, invite.group_id)
    return ctx.group


async def _person(event: Command, ctx: Context, group: Group, role: Role, typed: str) -> Person:
    """Return who joins: somebody the bot knows keeps their name, anybody else brings one."""
    if ctx.person is not None:
        return ctx.person
    name = names.tidy(typed)
    problem = names.problem(name, group.country, staff=role.is_staff)
    if not problem and await _is_of_the_team(ctx, group, name):
        problem = "Please choose another name: somebody in the clinic’s team is called that."
    if problem:
        raise BadInput(problem, "name")
    person = await people.create(ctx.db, name, ctx.now)
    await people.connect(ctx.db, person.id, event.user, ctx.now)
    return person


async def _is_of_the_team(ctx: Context, group: Group, name: str) -> bool:
    team = await people.members(ctx.db, group.id, [role for role in Role if role.is_staff])
    return any(names.same(name, people.name_of(ctx.db, person)) for person, _ in team)


async def _welcome(event: Command, ctx: Context, name: str, role: Role, count: int) -> Send:
    words = STAFF_WORDS if role.is_staff else MEMBER_WORDS
    if count and ctx.can.private_talk and not ctx.can.holds:
        words = f"{words}\n\n{doors.links(count, listed=ctx.can.secures)}"
    rooms = await doors.rooms(ctx.db, ctx.here.id, event.user, GROUP)
    buttons = [Button(label="What can I do here?", press="help")]
    if not role.is_staff:
        buttons.insert(0, Button(label="Give me a tip", press="tip", style="primary"))
    return Send(
        to=event.user,
        room=rooms[0] if rooms else None,
        text=words.format(
            title=text.literal(ctx.here.title),
            name=text.literal(name),
            role=role,
            rooms=await _team_rooms(event, ctx, role),
        ),
        buttons=rows(tuple(buttons)),
    )


async def _team_rooms(event: Command, ctx: Context, role: Role) -> str:
    """Return what somebody of the team is told about its room on their platform."""
    if await doors.rooms(ctx.db, ctx.here.id, event.user, groups.STAFF):
        return STAFF_ROOM
    if role not in ADMINS:
        return NO_STAFF_ROOM
    return NO_ROOM if ctx.can.picks_rooms else NO_CODE


async def _announcement(ctx: Context, name: str, invite: Invite) -> list[Action]:
    label = f" “{text.literal(invite.label)}”" if invite.label else ""
    who = f"{text.literal(name)} ({invite.role})"
    return [
        Send(
            to=room,
            priority=Priority.STAFF,
            silent=True,
            text=f"{who} joined with the invite{label}." if label else f"{who} joined by invite.",
        )
        for room in await ctx.rooms(groups.STAFF)
    ]


async def agree(event: Command, ctx: Context) -> Answer:
    """Ask a member whether they agree to a text that has changed, and keep the answer."""
    if ctx.member is None:
        raise Stranger
    words, version = consent.text(ctx.settings), consent.version(ctx.settings)
    answer, _, of = event.args.partition(" ")
    if answer == "yes" and of == version:  # never to a text that an old button stands under
        ctx.member.consent_version, ctx.member.consent_at = version, ctx.now
        ctx.db.add(ctx.member)
        await ctx.note("agreed", detail=version)
        return event.whisper("Thank you. Everything works again. You can change your mind later.")
    if answer == "no" and of in {"", version}:
        held = "is shown to others" if ctx.can.holds else "stays in the room"
        return event.whisper(
            f"That is your choice, and it is fine. Until you agree, nothing that you write {held}, "
            "and commands wait. Your place is kept.\n\nIf you want to go, you "
            "can leave the group. `/privacy` says what is held about you.",
            Button(label="I agree after all", press=f"consent yes {version}"),
            Button(label="Leave the group", press="leave", style="danger"),
        )
    if ctx.member.consent_version == version:
        return event.whisper(f"You agreed to this text.\n\n{words}")
    return event.whisper(
        f"**Our text has changed. Please read it.**\n\n{words}",
        Button(label="I agree", press=f"consent yes {version}", style="primary"),
        Button(label="I do not agree", press=f"consent no {version}"),
    )


ROUTES = (
    # Nobody who is in needs it: no role's menu shows it.
    Route("join", join, "Join a group with your invite", frozenset(), usage="CODE", form=asked,
          open=True),
    # Open, because somebody who has not agreed yet can use no other command.
    Route("consent", agree, open=True),
)  # fmt: skip
