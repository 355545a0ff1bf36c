"""aiogram as its own documentation shows it: a dispatcher with one handler, polling."""

import asyncio

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import Message

from tests.bench.contestants.target import COMMAND, TelegramTarget


async def run(target: TelegramTarget) -> None:
    """Answer until killed."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(target.url))
    bot, dispatcher = Bot(target.token, session=session), Dispatcher()

    async def reply(message: Message) -> None:
        await message.answer(target.reply, parse_mode="HTML")

    dispatcher.message.register(reply, Command(COMMAND))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(run(TelegramTarget.given()))
