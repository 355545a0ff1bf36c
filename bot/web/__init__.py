"""The site: the pages of the clinic's own door, and the chat that bot.platforms.web offers."""
