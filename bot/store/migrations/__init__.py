"""The migrations, in order; run by bot/store/schema.py."""
