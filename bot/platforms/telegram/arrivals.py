"""Arrivals: whether updates reach the bot, by the way that the settings name, and nobody else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import Conflict

from bot.platforms import Finding
from bot.platforms.telegram.polling import ALLOWED
from bot.settings import Telegram
from bot.text import plural

RECENT = timedelta(days=1)
MANY_WAITING = 100


class Visitor(Bot):
    """The bot on the wire, of which updates are fetched only to see whether they can be."""

    async def peek(self) -> None:
        """Ask for one update and look away, so that a malformed one does no harm.

        Asked without an offset, Telegram confirms nothing; asked for no kinds, it sends those
        that were asked for last.
        """
        await self._post("getUpdates", {"timeout": 0, "limit": 1})


async def check(bot: Visitor, settings: Telegram, *, running: bool) -> list[Finding]:
    """Return what there is to say about polling or the webhook; nothing is confirmed or changed."""
    info = await bot.get_webhook_info()
    if settings.mode == "webhook":
        return _webhook(info, settings, running=running)
    if info.url:
        return [_in_the_way(info, running=running)]
    return [await _polling(bot, running=running), *_waiting(info)]


def _in_the_way(info: WebhookInfo, *, running: bool) -> Finding:
    """Say that there is a webhook where there should be none."""
    what = f"A webhook is set ({_host(info.url)}), so nothing can be fetched; mode is polling."
    advice = (
        "If another program uses this bot, give Roundtable a bot of its own. If not, start "
        "Roundtable: it takes the webhook away."
    )
    return Finding("wrong" if running else "warn", what, advice)


def _webhook(info: WebhookInfo, settings: Telegram, *, running: bool) -> list[Finding]:
    """Look at the webhook where there should be one."""
    if not info.url:
        what, advice = "No webhook is set; mode is webhook.", "Start Roundtable: it sets it."
        return [Finding("wrong" if running else "warn", what, advice)]
    if not info.url.startswith(settings.webhook_url):
        what = f"Telegram calls another address ({_host(info.url)}) than [telegram] webhook_url."
        advice = "Start Roundtable again. If it comes back, another program uses this token."
        return [Finding("wrong", what, advice)]
    found = [Finding("ok", f"Telegram calls {_host(info.url)}."), *_waiting(info)]
    if info.last_error_date and datetime.now(UTC) - info.last_error_date < RECENT:
        what = f"Telegram's last call failed at {info.last_error_date:%Y-%m-%d %H:%M} UTC: "
        what += _one_line(info.last_error_message or "no reason given", settings)
        advice = "Check the reverse proxy, its certificate and its port (443, 80, 88 or 8443)."
        found.append(Finding("warn", what, advice))
    if missing := set(ALLOWED) - set(info.allowed_updates or ALLOWED):
        what = f"Telegram was told not to send: {', '.join(sorted(missing))}."
        found.append(Finding("wrong", what, "Start Roundtable again: it asks for all it needs."))
    return found


def _waiting(info: WebhookInfo) -> list[Finding]:
    if info.pending_update_count < MANY_WAITING:
        return []
    what = f"{plural(info.pending_update_count, 'update')} wait to be heard."
    advice = "If the number does not fall while Roundtable runs, read its log."
    return [Finding("warn", what, advice)]


async def _polling(bot: Visitor, *, running: bool) -> Finding:
    """Look whether somebody else fetches the updates.

    Whoever asks second ends the wait of the first, who then asks again: no update is lost by it.
    """
    if running:
        return Finding("ok", "Roundtable is running and fetches the updates itself.")
    try:
        await bot.peek()
    except Conflict:
        what = "Another program fetches this bot's updates (409)."
        advice = (
            "Stop it. If you do not know it, take a new token: /revoke at @BotFather. Two "
            "programs on one token each lose what the other gets."
        )
        return Finding("wrong", what, advice)
    return Finding("ok", "Updates can be fetched; no other program was seen to do so.")


def _host(url: str) -> str:
    """Return where an address leads; its path may be a secret."""
    return urlsplit(url).hostname or "an address that cannot be read"


def _one_line(said: str, settings: Telegram) -> str:
    for secret in (settings.token, settings.webhook_secret):
        said = said.replace(secret, "…") if secret else said
    return " ".join(said.split())
