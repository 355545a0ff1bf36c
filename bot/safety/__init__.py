"""Safety: what people post is screened, and what the bot says is checked. No handler skips it."""
