"""Open formats: what leaves the console as files. No Qt."""
