"""Buttons under a message: what Telegram takes and how a Message shows them."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.errors import broken

_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_HOST = re.compile(
    r"^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$", re.IGNORECASE
)


def keyboard(markup: dict[str, Any] | None, chat: Chat) -> dict[str, Any] | None:
    """Check the buttons of a request and return them; no inline rows are no keyboard."""
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        _check_plain(markup, chat)
        return markup
    rows = [row for row in rows if row]
    for row in rows:
        for button in row:
            _check_inline(button, chat)
    if sum(len(row) for row in rows) > 100:
        raise broken("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def shown(markup: dict[str, Any] | None) -> dict[str, Any]:
    """Return the part of a Message that shows inline buttons."""
    return {"reply_markup": markup} if markup and "inline_keyboard" in markup else {}


def _check_inline(button: dict[str, Any], chat: Chat) -> None:
    if not str(button.get("text", "")).strip():
        raise broken("inline keyboard button text must be non-empty")
    kinds = [key for key in button if key in _ACTIONS]
    if not kinds:
        raise broken("text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise broken("inline keyboard button must have exactly one optional field")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise broken("BUTTON_DATA_INVALID")
    if "url" in button:
        check_url(button["url"])
    if "web_app" in button and not chat.private:
        raise broken("BUTTON_TYPE_INVALID")


def check_url(url: str) -> None:
    """Refuse an address that Telegram would not open."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    good = parts.scheme in {"http", "https", "tg", "ton"} and _HOST.match(parts.netloc)
    if not good or (parts.scheme in {"http", "https"} and "." not in parts.netloc):
        raise broken(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_plain(markup: dict[str, Any], chat: Chat) -> None:
    for row in markup.get("keyboard") or []:
        for button in row:
            text = button if isinstance(button, str) else button.get("text", "")
            if not str(text).strip():
                raise broken("keyboard button text must be non-empty")
            asks = isinstance(button, dict) and any(key.startswith("request_") for key in button)
            if asks and not chat.private:
                raise broken("BUTTON_TYPE_INVALID")
            if asks and "request_chat" in button:
                _check_rights(button["request_chat"])


def _check_rights(asked: dict[str, Any]) -> None:
    """Refuse to ask for more rights than the person that picks must have."""
    mine, theirs = (
        {right for right, on in (asked.get(f"{who}_administrator_rights") or {}).items() if on}
        for who in ("bot", "user")
    )
    if not mine <= theirs:
        raise broken("bot administrator rights must be a subset of the user's")
