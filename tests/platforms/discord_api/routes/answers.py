"""Answers to interactions: what Discord refuses and simcord does not."""

from typing import Any

from simcord.backend import errors
from simcord.enums import CallbackType, InteractionType
from simcord.http.routes import interactions

from tests.platforms.discord_api.calls import Answer, Call, route


@route("POST", "/interactions/{interaction_id}/{token}/callback")
def callback(call: Call) -> Any:  # noqa: ANN401
    """Answer an interaction for the first time."""
    record = call.backend.interactions.get(call.int_arg("interaction_id"))
    kind = call.body().get("type")
    asked = record.type if record is not None else None
    if kind == CallbackType.MODAL and asked == InteractionType.MODAL_SUBMIT:
        raise errors.invalid_form_body("type: a modal cannot be answered with a modal")
    answer = interactions.interaction_callback(call)
    return answer if _is_asked(call, "with_response") else Answer(204, None)


@route("POST", "/webhooks/{webhook_id}/{token}")
def follow_up(call: Call) -> Any:  # noqa: ANN401
    """Send a further answer, or something through a channel's webhook."""
    record = call.backend.interactions.get(
        call.backend.interaction_tokens.get(call.args["token"], 0)
    )
    if record is not None and not record.responded:
        raise errors.unknown_webhook()
    message = interactions.execute_webhook(call)
    waited = record is not None or _is_asked(call, "wait")
    return message if waited else Answer(204, None)


def _is_asked(call: Call, name: str) -> bool:
    return str(call.params.get(name, "")).lower() in {"1", "true"}
