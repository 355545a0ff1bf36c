"""How fast the bot is beside others on one machine: `make bench`; docs/performance.md tells."""
