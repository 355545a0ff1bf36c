"""Each contestant is a program of its own: it answers one command on the server it is given."""
