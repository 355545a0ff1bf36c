"""Consent: the versioned text that everybody agrees to before their first word."""

VERSION = "2026-11"

TEXT = """\
### Who can see what

What you write in a room is seen by the people in that room: other members \
and the clinic’s team. Use any name you like. Please do not share what others say here.

### What is kept

Your name here, your place in the group and the messages in the clinic’s own \
rooms are kept, encrypted, until they expire or you ask us to remove them. `/privacy` says more.

### What is checked

A program looks at messages for words of crisis, for contact details and for \
unsafe advice about medicines. The team may be told that somebody needs help.

### Not medical care

The group shares reviewed information and support. It does not diagnose, and \
it does not replace your own doctor or nurse.

### Not for emergencies

Nobody watches the chat all the time. If you may be in danger, call your \
emergency number.

### Rules

Be kind. Speak for yourself. Do not sell anything. Do not tell others to start or stop \
a medicine.

You can leave at any time with `/leave`.
"""
