"""python-telegram-bot as its own documentation shows it: an application with one handler.

A second argument changes what it comes with: `concurrent` lets updates be handled side by side,
`wire` does that too and takes our class for the requests.
"""

import sys

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from bot.platforms.telegram.wire import AioRequest
from tests.bench.contestants.target import COMMAND, Target, given


def run(target: Target, manner: str) -> None:
    """Answer until killed."""
    builder = Application.builder().token(target.token).base_url(target.api_url)
    if manner:
        builder = builder.concurrent_updates(True)
    if manner == "wire":
        builder = builder.request(AioRequest()).get_updates_request(AioRequest(2))
    application = builder.build()

    async def reply(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(target.reply, parse_mode="HTML")

    application.add_handler(CommandHandler(COMMAND, reply))
    application.run_polling()


if __name__ == "__main__":
    run(given(), sys.argv[2] if len(sys.argv) > 2 else "")
