"""Sign-in, today, patients, first run."""
