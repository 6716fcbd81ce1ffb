"""Bearer keys: every route but health, readiness, metrics and the documentation asks for one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from failsight.errors import NotAuthenticated
from failsight.http.services import services
from failsight.model.account import Principal

_bearer = HTTPBearer(auto_error=False, description="An API key made by `failsight keys create`.")


def authenticate(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """The holder of the request's key; raises NotAuthenticated."""
    principal = services(request).account.principal(credentials.credentials) if credentials else None
    if principal is None:
        raise NotAuthenticated
    return principal


Caller = Annotated[Principal, Depends(authenticate)]
