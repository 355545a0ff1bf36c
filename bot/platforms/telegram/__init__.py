"""Telegram: groups, topics and private talks, on python-telegram-bot."""

import os

# python-telegram-bot is to say times as it will always say them soon, and not warn of it each time.
os.environ.setdefault("PTB_TIMEDELTA", "1")
