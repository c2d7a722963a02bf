"""Printed documents: the session report and the aftercare sheet."""
