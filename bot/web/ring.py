"""The ring: what a page asks of the bot goes the same way as what is typed in a chat."""

import json
import re
from dataclasses import dataclass

from bot import events, text
from bot.actions import Address, Admit
from bot.platforms import Entry, Outcome
from bot.store.people import new_id
from bot.web.visit import Visit

_ONCE = re.compile(r"^[\w-]{8,64}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as a page gives it."""

    name: str
    args: str = ""
    answers: dict[str, str] | None = None


async def give(visit: Visit, user: Address, chat: Address, asked: Asked) -> Outcome:
    """Give a command to the ring; the same press of the same page counts once."""
    return await visit.site.receive(command(visit, user, chat, asked))


def command(visit: Visit, user: Address, chat: Address, asked: Asked) -> events.Command:
    """Return a command as the ring takes it."""
    answers = dict(asked.answers) if asked.answers is not None else None
    return events.Command(
        id=_id(visit, user, asked),
        at=visit.now,
        chat=chat,
        user=user,
        reply_token=events.PAGE,
        name=asked.name,
        args=asked.args,
        answers=answers,
    )


def entries(asked: events.Command, outcome: Outcome) -> tuple[Entry, ...]:
    """Return the rooms that somebody is let into by what came of a command."""
    return tuple(
        Entry(key=action.key or f"{asked.id}#{number}", room=action.to, what=action.what)
        for number, action in enumerate(outcome.actions)
        if isinstance(action, Admit)
    )


def _id(visit: Visit, user: Address, asked: Asked) -> str:
    """Return an id that names the page as it was shown and what was asked, but nobody."""
    once = visit.field("once")
    once = once if _ONCE.match(once) else new_id()
    what = json.dumps([user, once, asked.name, asked.args, asked.answers], sort_keys=True)
    return f"web:page:{visit.site.db.vault.lookup('page', what)}"


def words(outcome: Outcome) -> str:
    """Return why something was refused, as plain words for a page."""
    return text.plain(outcome.sentence)
