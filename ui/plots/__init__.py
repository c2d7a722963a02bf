"""Live and review plots."""
