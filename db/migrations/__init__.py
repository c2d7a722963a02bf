"""Schema migrations, written to run unchanged on SQLCipher and PostgreSQL."""
