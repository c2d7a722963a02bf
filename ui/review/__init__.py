"""Pages of the manager."""
