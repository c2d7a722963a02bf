"""A pen without hardware: believable physics that speaks Pen Link bytes."""
