"""Details: a patient says why they ask and how to be reached, on the clinic's own page only."""

import phonenumbers

from bot.actions import Button, Form, Question
from bot.context import Context
from bot.errors import BadInput
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import cases, links, people
from bot.store.cases import Kind
from handlers import notices
from handlers.discreet import discreet

LONGEST_REASON, LONGEST_PHONE = 2_000, 40

FORM = Form(
    title="Details for the team",
    intro="Only the clinic’s team can read this. It is kept encrypted.",
    fields=(
        Question(
            name="reason",
            label="What would you like help with?",
            kind="long",
            max=LONGEST_REASON,
        ),
        Question(
            name="phone",
            label="Phone number",
            required=False,
            max=LONGEST_PHONE,
            help="Only if you would like to be called.",
        ),
    ),
)


async def form(_event: Command, ctx: Context) -> Form | None:
    """Ask only where details of a person's health may be written."""
    return FORM if ctx.can.private_health else None


async def details(event: Command, ctx: Context) -> Answer:
    """Keep what the patient wrote, with their newest request or a new one."""
    if not ctx.can.private_health:
        return event.whisper(
            "Please write that on the clinic’s own page, not in this chat. "
            "The link works once, within an hour.",
            await button(ctx),
        )
    answers = event.answers or {}
    phone = _phone(answers.get("phone", ""), ctx.here.country)
    case = await cases.current(ctx.db, ctx.here.id, ctx.me.id)
    words = "Details were added to a request"
    if case is None:
        case = await cases.add(ctx.db, ctx.here.id, ctx.me.id, Kind.ROUTINE, ctx.now)
        words = "There is a new request, with details"
    await cases.set_details(ctx.db, case, answers.get("reason", ""), phone, ctx.now)
    await ctx.note("details given", case.ref)
    return [
        event.whisper(
            f"Thank you. Your details are with the team now, under **{case.ref}**. "
            "If you send them again, the new ones take their place.",
            Button(label="See free times", press="times"),
            Button(label="See how far it is", press="status"),
        ),
        *await notices.staff(event, ctx, f"{words}: **{case.ref}**.", notices.seen(case.ref)),
    ]


async def button(ctx: Context, label: str = "Add details privately") -> Button:
    """Return a button to this person's private page.

    In a chat app it is a link that signs this person in, once.
    """
    path = f"/care?group={ctx.here.slug}"
    if not ctx.can.private_health:
        mine = await people.web_address(ctx.db, ctx.me.id, ctx.now)
        path = await links.issue(ctx.db, mine, path, ctx.now)
    return Button(label=label, url=ctx.settings.site.address + path)


def _phone(words: str, country: str) -> str:
    """Return a phone number as it is dialled from anywhere; raises BadInput if it is none.

    A number that may exist is taken: to refuse a true one would be worse than to keep a wrong one.
    """
    if not words:
        return ""
    try:
        number = phonenumbers.parse(words, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BadInput(
            "That does not look like a phone number. Please check it, or leave it empty.", "phone"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


ROUTES = (
    Route(
        "details",
        discreet(details),
        help="Tell the team more, privately",
        form=form,
    ),
)
