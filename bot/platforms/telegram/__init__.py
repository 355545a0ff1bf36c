"""Telegram: groups, topics and private talks, on python-telegram-bot."""
