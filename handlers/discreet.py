"""Discreet: what is said about a person's care is not to be passed on or saved by accident."""

import functools
from typing import Any

from bot.actions import Action, Base, Priority, Send, is_person
from bot.context import Context
from bot.errors import Refusal
from bot.routing import Answer, Handler


def discreet(handler: Handler) -> Handler:
    """Return the same handler with all that it says marked as sensitive."""

    @functools.wraps(handler)
    async def marked(event: Any, ctx: Context) -> Answer:  # noqa: ANN401 - as handlers are typed
        try:
            answer = await handler(event, ctx)
        except Refusal as refusal:
            refusal.sensitive = True
            raise
        if answer is None:
            return None
        return [_mark(one) for one in ([answer] if isinstance(answer, Base) else answer)]

    return marked


def _mark(action: Action) -> Action:
    """Mark words, but not a number to call in danger, nor a file, which is there to be saved."""
    if not isinstance(action, Send):
        return action
    helps = action.priority is Priority.CRISIS and is_person(action.to)
    return action if helps else action.model_copy(update={"sensitive": True})
