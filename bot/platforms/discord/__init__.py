"""Discord, by discord.py: slash commands, buttons and modals; members' words are not read.

Only `tables` and `addresses` are light; the rest brings discord.py with it.
"""
