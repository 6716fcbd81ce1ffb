"""Shipped fakes that pass the same contract suites as the real parts."""
