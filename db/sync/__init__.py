"""The clinic server: what several consoles keep together in one PostgreSQL database, beside their own records."""
