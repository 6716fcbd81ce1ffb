"""Harmful requests: how likely a request asks for harm, and which security category it belongs to."""
