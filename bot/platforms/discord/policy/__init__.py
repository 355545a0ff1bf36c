"""The policy: what screening looks for, as rules of Discord's AutoMod. Needs no discord.py.

`patterns` turns a pattern of ours into ones that Discord takes, `compiled` keeps to the limits,
`parity` says what was lost on the way.
"""
