"""Python clients of a Failsight server: synchronous and asynchronous, over one wire module without I/O."""

from __future__ import annotations

from failsight.client.asynchronous import AsyncFailureAnalysisClient
from failsight.client.statistics import Client, Statistics
from failsight.client.synchronous import FailureAnalysisClient

__all__ = ["AsyncFailureAnalysisClient", "Client", "FailureAnalysisClient", "Statistics"]
