"""The rooms of the Telegram test server; its door is tests.platforms.telegram_server."""
