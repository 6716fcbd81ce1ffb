"""Thin routers: authentication, shapes of requests and errors; no rule of the domain."""
