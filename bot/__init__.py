"""Quintet reads a team's five DORA metrics as one system and says what to invest in next."""
