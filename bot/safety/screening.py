"""Screening: what people say is looked at before any handler, or anybody else, sees it."""

from dataclasses import dataclass
from typing import Literal

from bot import events, text
from bot.actions import Action, Button, Priority, Send
from bot.context import Context
from bot.safety import gate, rules
from bot.store import cases, groups, people

Reason = Literal["", "contact", "medicine"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What screening found: whether to hold the words back, and the sentence for their writer."""

    reason: Reason = ""
    hold: bool = False
    sentence: str = ""


PASS = Verdict()
ADVICE = Verdict(
    "medicine",
    sentence="A kind reminder: what helps one person can harm another. Please ask people "
    "to talk to their own team before they start, stop or change a medicine.",
)
TAKEN_OUT = "was taken out of the room"


def screen(words: str, country: str, *, staff: bool = False, holds: bool = True) -> Verdict:
    """Look at what somebody wants everybody in a room to read.

    The clinic's own people may share contact details: that is how a clinic is reached. Where the
    platform does not hold messages, what must not stand there is taken out again.
    """
    if not staff and (found := rules.contact(words, country)):
        article = "an" if found.startswith("e") else "a"
        return Verdict(
            "contact",
            hold=True,
            sentence=f"Your message {'was not shown' if holds else TAKEN_OUT}, because it seems to "
            f"hold {article} {found}. Everybody in the room could read and keep it. "
            "You can send it again without.",
        )
    if not staff and rules.medicine(words):
        return ADVICE
    return PASS


async def notices(event: events.Event, ctx: Context, verdict: Verdict, words: str) -> list[Action]:
    """Return what the writer and the staff are told about a verdict.

    Words to be held that everybody can see already are taken out of the room first.
    """
    if verdict is PASS:
        return []
    await ctx.note("screened", detail=verdict.reason)
    told: list[Action] = [event.whisper(verdict.sentence)]
    if verdict.hold:
        # The words go back to their writer, so that nothing they typed is lost.
        back = event.whisper(f"{verdict.sentence}\n\n> {text.literal(words)}")
        told = [*gate.taken_out(event, ctx), back]
    else:
        # Once an hour for each person, so that nobody can bury what else the staff are told.
        once = f"medicine:{ctx.me.id}:{ctx.now:%Y-%m-%dT%H}"
        told += [
            Send(
                to=room,
                key=f"{once}.{number}",
                priority=Priority.STAFF,
                text="A message in the group may give unsafe advice about medicines. "
                "Please have a look at the room.",
            )
            for number, room in enumerate(await ctx.rooms(groups.STAFF))
        ]
    return told


async def flagged(event: events.Flagged, ctx: Context) -> list[Action]:
    """Return what is said of words that a platform's own filter found; support is given apart.

    The platform has told the writer of words that it blocked, and nobody else has read them.
    """
    if ctx.role is None or ctx.role.is_staff or event.rule == "crisis":
        return []
    if event.rule == "medicine":
        return await notices(event, ctx, ADVICE, "")
    await ctx.note("screened", detail=event.rule)
    return []


async def support(event: events.Base, ctx: Context) -> list[Action]:
    """Return kind words with the local helpline, and an alert to the staff, for a crisis.

    What the person wrote is never deleted for it, and nobody is punished.
    """
    if ctx.person is None or ctx.group is None or ctx.member is None:
        return []
    message = event.whisper(
        _words(ctx),
        Button(label="Ask the clinic for help", press="appointment", style="primary"),
    ).model_copy(update={"priority": Priority.CRISIS})
    return [message, *await _alert(ctx, ctx.group, ctx.person)]


def emergency_number(ctx: Context) -> str:
    """Return the emergency number of the group's country, or words where none is known."""
    lines = ctx.library.helplines(ctx.here.country, "emergency")
    return lines[0].contact if lines else "your local emergency number"


def _words(ctx: Context) -> str:
    crisis = ctx.library.helplines(ctx.here.country, "crisis")
    number = emergency_number(ctx)
    lines = "\n".join(f"- **{line.name}**: {line.contact}" for line in crisis)
    talk = f"\n\nYou can talk to somebody now:\n\n{lines}" if lines else ""
    return (
        "It sounds as if things are very hard right now. You do not have to carry this alone.\n\n"
        f"**If you may be in danger, call {number} now**, or ask somebody near you to call."
        f"{talk}\n\nThe clinic’s team has been told that you may need support. "
        "They may not see it at once."
    )


async def _alert(ctx: Context, group: groups.Group, person: people.Person) -> list[Action]:
    """Tell the staff, under the case that they have not seen yet or a new one.

    They are told again for as long as nobody has seen it, but only once an hour.
    """
    case = await cases.current(ctx.db, group.id, person.id)
    if case is None or not case.red_flag or case.state != cases.State.OPEN:
        case = await cases.add(
            ctx.db, group.id, person.id, cases.Kind.URGENT, ctx.now, red_flag=True
        )
        await ctx.note("crisis alert", case.ref)
    seen = Button(label="I have seen it", press=f"case seen {case.ref}")
    desk = Button(label="Open the desk", url=f"{ctx.settings.site.address}/desk?group={group.slug}")
    return [
        Send(
            to=room,
            key=f"crisis:{case.id}:{ctx.now:%Y-%m-%dT%H}.{number}",
            priority=Priority.CRISIS,
            text=f"**Please look now: {case.ref}.** Somebody in {text.literal(group.title)} may "
            "be in crisis. They have been given the helpline. Who it is stands on the desk.",
            buttons=((seen,), (desk,)),
        )
        for number, room in enumerate(await ctx.rooms(groups.STAFF))
    ]
