"""Messages: nonces, closed private talks, files without permission, pins."""

from dataclasses import replace
from typing import Any

from simcord.backend import errors
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel
from simcord.enums import ChannelType
from simcord.http._helpers import message_response
from simcord.http.routes import messages

from tests.platforms.discord_api.calls import Call, route

UNIQUE_FOR = 5 * 60
"""For how many seconds a nonce with enforce_nonce brings back the first message."""
PINS = 250
MOST = 1_000_000


@route("POST", "/channels/{channel_id}/messages")
def send(call: Call) -> Any:  # noqa: ANN401
    """Send a message as the bot."""
    channel = call.backend.get_channel(call.int_arg("channel_id"))
    if channel.type == ChannelType.DM:
        _reach(call, channel.recipient_ids[0])
    elif call.files:
        call.require_channel_permissions(channel.id, "attach_files")
    body = call.body()
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise errors.invalid_form_body("nonce: Must be 25 or fewer in length.")
    if nonce is not None and body.get("enforce_nonce"):
        earlier = _earlier(call, str(nonce))
        if earlier is not None:
            return earlier
    sent = messages.send_message(call)
    if nonce is not None:
        call.world.nonces[int(sent["id"])] = str(nonce)
        call.world.sent[str(nonce)] = (channel.id, int(sent["id"]), call.world.now())
        sent["nonce"] = nonce
    return sent


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> Any:  # noqa: ANN401
    """Return messages, the newest first; with `after` those that follow it at once."""
    if "after" not in call.params:
        return messages.get_history(call)
    limit = int(call.params.get("limit", 50))
    later = messages.get_history(replace(call, params={**call.params, "limit": str(MOST)}))
    return later[-limit:]


def _reach(call: Call, user_id: int) -> None:
    if not call.world.meets(user_id):
        words = "Cannot send messages to this user due to having no mutual guilds"
        raise BackendError(403, 50278, words)
    if user_id in call.world.closed:
        raise errors.cannot_dm_bot()


def _earlier(call: Call, nonce: str) -> Any:  # noqa: ANN401
    channel_id, message_id, at = call.world.sent.get(nonce, (0, 0, 0.0))
    message = call.backend.messages.get(channel_id, {}).get(message_id)
    if message is None or call.world.now() - at > UNIQUE_FOR:
        return None
    return {**message_response(call, message), "nonce": nonce}


@route("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
@route("PUT", "/channels/{channel_id}/pins/{message_id}")
def pin(call: Call) -> None:
    """Pin a message."""
    channel = _pinning(call)
    pinned = [one for one in call.backend.messages[channel.id].values() if one.pinned]
    if len(pinned) >= PINS:
        raise BackendError(400, 30003, f"Maximum number of pins reached ({PINS})")
    call.backend.set_pinned(channel.id, call.int_arg("message_id"), pinned=True)


@route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
@route("DELETE", "/channels/{channel_id}/pins/{message_id}")
def unpin(call: Call) -> None:
    """Take a pin away."""
    channel = _pinning(call)
    call.backend.set_pinned(channel.id, call.int_arg("message_id"), pinned=False)


def _pinning(call: Call) -> Channel:
    channel = call.require_channel_permissions(call.int_arg("channel_id"), "pin_messages")
    call.require_message(channel.id, call.int_arg("message_id"))
    return channel


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
def bulk_delete(call: Call) -> Any:  # noqa: ANN401
    """Delete many messages at once, none of them older than two weeks."""
    oldest = (int(call.world.now() - 14 * 86400) * 1000 - 1420070400000) << 22
    if any(int(one) < oldest for one in call.body().get("messages") or ()):
        raise BackendError(
            400, 50034, "You can only bulk delete messages that are under 14 days old."
        )
    return messages.bulk_delete_messages(call)
