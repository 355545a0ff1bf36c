"""The command line: whatever an admin does in a chat can be done here too, and what runs the bot.

Each file holds the commands on one noun; app.py puts them together.
"""
