"""Organizations, users and keys on an open database: all that the commands about them need."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from failsight.model.account import NewKey
from failsight.service.accounts import AccountService
from failsight.storage.accounts import SqlAccounts
from failsight.storage.outage import outages_at_start
from failsight.storage.schema import exclusive
from failsight.wiring.clock import SystemClock, new_id


@dataclass(frozen=True, slots=True)
class AccountParts:
    """``service`` makes and checks, ``accounts`` lists."""

    service: AccountService
    accounts: SqlAccounts


def build_accounts(database: sa.Engine) -> AccountParts:
    """The use cases of accounts on a database."""
    accounts = SqlAccounts(database)
    return AccountParts(AccountService(accounts, SystemClock(), new_id, lambda: secrets.token_urlsafe(32)), accounts)


def first_start(database: sa.Engine) -> NewKey | None:
    """The first organization and its key; None when there is one already, also when another process was first."""
    with outages_at_start(str(database.url)), exclusive(database):
        return build_accounts(database).service.bootstrap()
