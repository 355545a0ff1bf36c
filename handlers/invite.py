"""Invites: an admin makes them, sees what became of them, and takes them back."""

from datetime import timedelta

from bot import text
from bot.actions import Button, Choice, Form, Question
from bot.context import Context
from bot.errors import BadInput, Refusal
from bot.events import Command, rows
from bot.routing import ADMINS, Answer, Route
from bot.safety import outgoing
from bot.store import invites
from bot.store.invites import Invite
from bot.store.people import Role

MOST_USES, MOST_DAYS, LONGEST_LABEL = 500, 365, 60
SHOWN = 10
OPEN_TO = {
    Role.MEMBER: "Member: somebody who lives with the condition",
    Role.CAREGIVER: "Caregiver: somebody who looks after a person with it",
    Role.MENTOR: "Mentor: an experienced member who helps others",
    Role.CLINICIAN: "Clinician: answers, posts and sees patients",
    Role.REVIEWER: "Reviewer: approves what is posted",
    Role.ADMIN: "Admin: invites people and keeps order",
}


async def asked(event: Command, ctx: Context) -> Form:
    """Return the form of a new invite, with the roles that the asker may give."""
    roles = [role for role in OPEN_TO if role is not Role.ADMIN or ctx.role is Role.OWNER]
    choices = tuple(Choice(value=role, label=OPEN_TO[role]) for role in roles)
    return Form(
        title="New invite",
        submit="Make the invite",
        fields=(
            Question(
                name="role", label="Who is it for?", kind="choice", options=choices,
                value=Role.MEMBER,
            ),
            Question(
                name="label", label="A note to know it by", required=False, max=LONGEST_LABEL,
                help="Only the team sees it. Please name no patient.",
            ),
            Question(
                name="days", label="How many days is it open?", kind="number", max=4,
                value=str(ctx.settings.invites.days),
            ),
            Question(
                name="uses", label="How many people may use it?", kind="number", max=4, value="1"
            ),
        ),
    )  # fmt: skip


async def invite(event: Command, ctx: Context) -> Answer:
    """Make an invite and show its code to the asker alone."""
    answers = event.answers or {}
    role, label = Role(answers["role"]), text.one_line(answers["label"])
    days, uses = int(answers["days"]), int(answers["uses"])
    check(role, label, days, uses)
    made, code = await invites.issue(
        ctx.db,
        ctx.here.id,
        role,
        now=ctx.now,
        expires_at=ctx.now + timedelta(days=days),
        label=label,
        uses=uses,
        created_by=ctx.me.id,
    )
    await ctx.note("invite made", made.id, summary(made))
    return event.whisper(_words(ctx, made, code))


def check(role: Role, label: str, days: int, uses: int) -> None:
    """Raise BadInput, naming the field, unless an invite can be made like this."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"An invite can be open for 1 to {MOST_DAYS} days.", "days")
    if not 1 <= uses <= MOST_USES:
        raise BadInput(f"An invite can be for 1 to {MOST_USES} people.", "uses")
    if role.is_staff and uses > 1:
        raise BadInput("An invite for the clinic’s team is for one person only.", "uses")
    if len(label) > LONGEST_LABEL or outgoing.DOSE.search(label):
        raise BadInput("Please choose a shorter or simpler note.", "label")


def summary(made: Invite) -> str:
    """Return an invite in a few words for the audit log: no code and no note."""
    return f"{made.role}, for {text.plural(made.uses, 'person', 'people')}"


def link(address: str, code: str) -> str:
    """Return the page where a code is used."""
    return f"{address}/join/{code}"


def _words(ctx: Context, made: Invite, code: str) -> str:
    url = link(ctx.settings.site.address, code)
    people = text.plural(made.uses, "person", "people")
    until = text.day_and_time(made.expires_at, ctx.zone)
    lines = [
        f"**The invite is ready.** It lets in {people} as {made.role} until {until}.",
        "\n".join([f"Link: [{url}]({url})", *_other_doors(ctx, code)]),
        f"Code: `{code}`",
        "Copy it now. It cannot be shown again; the list of invites does not hold the code.",
    ]
    if made.uses > 1:
        lines.append(
            f"**Please note:** whoever gets this link can come in, until {people} have used it."
        )
    return "\n\n".join(lines)


def _other_doors(ctx: Context, code: str) -> list[str]:
    """Return how the code is used on other platforms: by a link, or typed where strangers are."""
    found = []
    for name, can in ctx.platforms.items():
        if can.door:
            url = can.door.format(code=code)
            found.append(f"On {name.capitalize()}: [{url}]({url})")
        elif can.secures:
            found.append(f"On {name.capitalize()}: type `/join {code}` in the lobby")
    return found


async def listed(event: Command, ctx: Context) -> Answer:
    """Show what became of the invites, or take one back: `revoke ID`."""
    verb, _, invite_id = event.args.partition(" ")
    if verb == "revoke":
        return await _revoke(event, ctx, invite_id.strip())
    every = await invites.every(ctx.db, ctx.here.id)
    if not every:
        return event.whisper("There are no invites yet. Make one with `/invite`.")
    ordered = sorted(every, key=lambda made: made.state(ctx.now) != "open")
    shown = ordered[:SHOWN]
    lines = [f"{number}. {_line(ctx, made)}" for number, made in enumerate(shown, start=1)]
    if more := len(ordered) - len(shown):
        lines.append(f"\nAnd {more} more.")
    buttons = [
        Button(label=f"Revoke {number}", press=f"invites revoke {made.id}", style="danger")
        for number, made in enumerate(shown, start=1)
        if made.state(ctx.now) == "open"
    ]
    said = event.whisper("**Invites**\n\n" + "\n".join(lines))
    return said.with_buttons(*rows(tuple(buttons)))


def _line(ctx: Context, made: Invite) -> str:
    label = f" “{text.literal(made.label)}”" if made.label else ""
    until = text.day_and_time(made.expires_at, ctx.zone)
    state = made.state(ctx.now)
    return f"**{made.role}**{label}: {state}, used {made.used} of {made.uses}, ends {until}"


async def _revoke(event: Command, ctx: Context, invite_id: str) -> Answer:
    made = await invites.revoke(ctx.db, ctx.here.id, invite_id, ctx.now)
    if made is None:
        raise Refusal("There is no such invite in this group.")
    await ctx.note("invite revoked", made.id)
    return event.whisper("That invite is revoked. Its link and its code no longer open the door.")


ROUTES = (
    Route("invite", invite, "Invite somebody", ADMINS, form=asked),
    Route("invites", listed, "See and revoke invites", ADMINS),
)
