"""Sending: what the bot says, changes, takes back and pins, and the files it hands over."""

from dataclasses import dataclass, field
from typing import Any

from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyKeyboardMarkup
from telegram.constants import MessageLimit, ParseMode

from bot.actions import Delete, Edit, Pin, Receipt, Send, SendFile
from bot.errors import Undeliverable
from bot.platforms.telegram import buttons, markup
from bot.platforms.telegram.addresses import thread_of
from bot.platforms.telegram.buttons import Rows
from bot.platforms.telegram.desk import Desk

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # a preview would tell a link's owner who reads
ROOMY = MessageLimit.MAX_TEXT_LENGTH - 8
TAKEN_BACK = "This was taken back."

Said = Send | SendFile
Changing = Edit | Delete | Pin


def ids(message: str) -> list[int]:
    """Return the numbers of the messages that one receipt names: long words take several."""
    numbers = [int(number) for number in message.split(",") if number.isdecimal()]
    if not numbers:
        raise Undeliverable("the message is gone: it has no number")
    return numbers


@dataclass(slots=True)
class Sender:
    """Carries out what is said; `_begun` holds how far long words got before they had to wait."""

    desk: Desk
    _begun: dict[str, list[int]] = field(default_factory=dict)

    async def say(self, action: Said) -> Receipt:
        """Say something, or hand over a file."""
        return await (self.send(action) if isinstance(action, Send) else self.file(action))

    async def change(self, action: Changing) -> Receipt:
        """Change, take back or pin what was said."""
        match action:
            case Edit():
                return await self.edit(action)
            case Delete():
                return await self.delete(action)
            case Pin():
                return await self.pin(action)

    async def send(self, action: Send) -> Receipt:
        """Say something, in as many messages as it takes; the buttons stand under the last."""
        spoken = buttons.spoken(action.buttons)
        parts = markup.parts(f"{action.text}\n\n{spoken}" if spoken else action.text)
        keyboard = await self._picker(action) or await self._keyboard(action.buttons)
        done = self._begun.get(action.key, [])
        for number in range(len(done), len(parts)):
            last = number == len(parts) - 1
            async with self.desk.call(action.to, action.priority) as chat:
                sent = await self.desk.bot.send_message(
                    chat,
                    parts[number],
                    reply_markup=keyboard if last else None,
                    **_manner(action),
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
                )
                self._begun[action.key] = done = [*done, sent.message_id]
        self._begun.pop(action.key, None)
        return Receipt(message=",".join(map(str, done)))

    async def _keyboard(self, rows: Rows) -> InlineKeyboardMarkup | None:
        # Only a long command line is written down: nobody waits for the one writer otherwise.
        session = self.desk.db.write if buttons.keeps(rows) else self.desk.db.read
        async with session() as db:
            return await buttons.keyboard(db, rows, self.desk.clock.now())

    async def _picker(self, action: Send) -> ReplyKeyboardMarkup | None:
        if not any(button.picks_room for row in action.buttons for button in row):
            return None
        async with self.desk.db.write() as db:
            now = self.desk.clock.now()
            return await buttons.picker(db, action.to, action.buttons, now)

    async def file(self, action: SendFile) -> Receipt:
        """Hand over a file with a few words."""
        caption = markup.parts(action.caption, MessageLimit.CAPTION_LENGTH)[:1]
        async with self.desk.call(action.to, action.priority) as chat:
            sent = await self.desk.bot.send_document(
                chat,
                InputFile(action.content, filename=action.name),
                caption=caption[0] if caption else None,
                disable_content_type_detection=True,
                **_manner(action),
                parse_mode=ParseMode.HTML,
            )
        return Receipt(message=str(sent.message_id))

    async def edit(self, action: Edit) -> Receipt:
        """Change what was said; words that have become shorter leave no message behind."""
        parts, known = markup.parts(action.text, ROOMY), ids(action.message)
        keyboard = await self._keyboard(action.buttons)
        if len(parts) > len(known):  # a message cannot grow beyond its limit
            parts = parts[: len(known)]
            parts[-1] += " …"
        for number, part in zip(known, parts, strict=False):
            async with self.desk.call(action.to, action.priority) as chat:
                await self.desk.bot.edit_message_text(
                    part,
                    chat,
                    number,
                    reply_markup=keyboard if part is parts[-1] else None,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
                )
        for number in known[len(parts) :]:
            async with self.desk.call(action.to, action.priority, counts=False) as chat:
                await self.desk.bot.delete_message(chat, number)
        return Receipt(message=action.message)

    async def delete(self, action: Delete) -> Receipt:
        """Take back what was said; the bot's own words are blanked when it is too late for that."""
        for number in ids(action.message):
            try:
                async with self.desk.call(action.to, action.priority, counts=False) as chat:
                    await self.desk.bot.delete_message(chat, number)
            except Undeliverable:
                if not action.of:
                    raise
                async with self.desk.call(action.to, action.priority) as chat:
                    await self.desk.bot.edit_message_text(TAKEN_BACK, chat, number)
        return Receipt(message=action.message)

    async def pin(self, action: Pin) -> Receipt:
        """Pin what was said, without a sound of its own."""
        async with self.desk.call(action.to, action.priority, counts=False) as chat:
            first = ids(action.message)[0]
            await self.desk.bot.pin_chat_message(chat, first, disable_notification=True)
        return Receipt(message=action.message)


def _manner(action: Said) -> dict[str, Any]:
    """Return how a message is sent, whatever is in it."""
    return {
        "message_thread_id": thread_of(action.to),
        "disable_notification": getattr(action, "silent", False),
        "protect_content": action.sensitive,
    }
