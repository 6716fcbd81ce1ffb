"""Weights of ``relevance/intent.py``; written by training/fit_intent.py, do not edit."""

LEXICAL = (-3.1728, -4.8150, 0.8912, 0.0466, -2.8998, 0.8119, 0.2683, -0.6851)
ENCODER = (-2.2348, -3.2671, -3.0117, -0.8812, 0.1959, 0.7762, -3.2925, 0.8996, -0.0771, -0.8625)
