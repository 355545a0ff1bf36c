"""python-telegram-bot as its own documentation shows it: an application with one handler.

A second argument changes what it comes with: `concurrent` lets updates be handled side by side,
`wire` does that too and takes our class for the requests.
"""

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from bot.platforms.telegram.wire import AioRequest
from tests.bench.contestants.target import COMMAND, TelegramTarget, manner


def run(target: TelegramTarget, way: str) -> None:
    """Answer until killed."""
    builder = Application.builder().token(target.token).base_url(target.api_url)
    if way:
        builder = builder.concurrent_updates(True)
    if way == "wire":
        builder = builder.request(AioRequest()).get_updates_request(AioRequest(2))
    application = builder.build()

    async def reply(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(target.reply, parse_mode="HTML")

    application.add_handler(CommandHandler(COMMAND, reply))
    application.run_polling()


if __name__ == "__main__":
    run(TelegramTarget.given(), manner())
