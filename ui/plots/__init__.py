"""Plots drawn straight from arrays."""

from ui.plots.replay import AreaSpan, ReplayTimeline, TimelineMark, TimelineSpan
from ui.plots.target_band import PlotFlag, TargetBandPlot

__all__ = ["AreaSpan", "PlotFlag", "ReplayTimeline", "TargetBandPlot", "TimelineMark", "TimelineSpan"]
