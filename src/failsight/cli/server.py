"""``failsight serve``, ``worker``, ``db``, ``keys``, ``users`` and ``organizations``: the server and who may use it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from failsight.cli.guard import guarded

if TYPE_CHECKING:
    from failsight.settings import Settings
    from failsight.wiring.accounts import AccountParts
    from failsight.wiring.database import OpenDatabase

DataDir = Annotated[str | None, typer.Option(help="Folder of the embedded database. [env: FAILSIGHT_DATA_DIR]")]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="postgresql://... instead of the embedded database. [env: FAILSIGHT_DATABASE_URL]")
]
Organization = Annotated[str, typer.Option(help="Name of the organization.")]

keys = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)
users = typer.Typer(help="Users of an organization.", no_args_is_help=True)
database = typer.Typer(help="The server's database.", no_args_is_help=True)
organizations = typer.Typer(help="Organizations; nothing of one is visible to another.", no_args_is_help=True)


@guarded
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Worker processes beside the server; one a core, at most 4, when left out."),
    ] = None,
    no_migrate: Annotated[bool, typer.Option("--no-migrate", help="Refuse to start on an old schema.")] = False,
) -> None:
    """Serve the HTTP interface; on its first start it makes a key and prints it once."""
    from failsight.wiring.ending import Ending  # noqa: PLC0415

    ending = Ending()
    ending.listen()
    from failsight.wiring.accounts import first_start  # noqa: PLC0415  (from here on an early signal is heard)
    from failsight.wiring.listening import listen  # noqa: PLC0415
    from failsight.wiring.server import build_backend, run_server  # noqa: PLC0415
    from failsight.wiring.workers import usual_workers  # noqa: PLC0415

    settings, at = _settings(data_dir, database_url), listen(host, port)
    opened = _open(settings, may_migrate=not no_migrate).database
    backend = build_backend(opened, settings)
    first = first_start(opened)
    _note(f"Failsight keeps its data in {_place(settings)}")
    if first is not None:
        _note("This is the first start. Your API key, shown only now:")
        _show(first.secret)
    at.listen()
    _note(f"Listening on http://{host}:{at.getsockname()[1]} (documentation: /docs)")
    run_server(backend, settings, at, ending, workers=usual_workers() if workers is None else workers)


@guarded
def worker(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    parent: Annotated[int | None, typer.Option(hidden=True, help="End when this process is gone.")] = None,
    name: Annotated[str | None, typer.Option(hidden=True, help="Of the worker that this one follows.")] = None,
) -> None:
    """Work on jobs without serving; any number of workers may share a database."""
    from failsight.wiring.workers import work_forever  # noqa: PLC0415
    from failsight.wiring.workplace import build_workplace  # noqa: PLC0415

    settings = _settings(data_dir, database_url)
    place = build_workplace(_open(settings).database, settings, name)
    work_forever(place.worker, place.stop, place.watchdog, parent)


@keys.command("create")
@guarded
def create_key(
    name: Annotated[str, typer.Option(help="What the key is for.")] = "cli",
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key and print it; it is not shown again."""
    from failsight.wiring.accounts import build_accounts, first_start  # noqa: PLC0415

    opened = _open(_settings(data_dir, database_url)).database
    first = first_start(opened) if organization == "default" else None
    made = first or build_accounts(opened).service.create_key(organization, name)
    _note(f"Key '{made.key.name}' ({made.key.id}), shown only now:")
    _show(made.secret)


@keys.command("list")
@guarded
def list_keys(
    organization: Organization = "default", data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Keys of an organization: id, first characters, name, when made, whether revoked."""
    known = _accounts(data_dir, database_url)
    for key in known.accounts.keys(known.service.organization_id(organization)):
        state = "active" if key.is_active else f"revoked {key.revoked_at}"
        _show(key.id, f"{key.public_prefix}…", key.name, key.created_at, state)


@keys.command("revoke")
@guarded
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="Id of the key, from `failsight keys list`.")],
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Revoke a key; requests with it are refused from now on."""
    _accounts(data_dir, database_url).service.revoke_key(organization, key_id)
    _note(f"Key {key_id} is revoked.")


@users.command("list")
@guarded
def list_users(
    organization: Organization = "default", data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Users of an organization: id, e-mail, name."""
    known = _accounts(data_dir, database_url)
    for user in known.accounts.users(known.service.organization_id(organization)):
        _show(user.id, user.email, user.name)


@users.command("add")
@guarded
def add_user(
    email: Annotated[str, typer.Argument(help="E-mail of the user.")],
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a user."""
    _show(_accounts(data_dir, database_url).service.add_user(organization, email).id)


@organizations.command("create")
@guarded
def create_organization(
    name: Annotated[str, typer.Argument(help="A name that is not taken.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make an organization with a user, a project and a key, which is printed once."""
    made = _accounts(data_dir, database_url).service.create_organization(name)
    _note(f"Organization '{name}'; its first key, shown only now:")
    _show(made.secret)


@organizations.command("list")
@guarded
def list_organizations(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Ids and names."""
    for organization_id, name in _accounts(data_dir, database_url).accounts.organizations():
        _show(organization_id, name)


@database.command("upgrade")
@guarded
def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring the schema up to date, after a copy of an SQLite file was made beside it."""
    from failsight.wiring.database import pending_migrations  # noqa: PLC0415

    settings = _settings(data_dir, database_url)
    steps = pending_migrations(settings)
    for step in steps:
        _show(step)
    if not steps:
        _note("The schema is up to date.")
    elif dry_run:
        _note(f"{len(steps)} to do; nothing was changed.")
    else:
        _open(settings)
        _note(f"{len(steps)} done.")


def open_known(data_dir: str | None, database_url: str | None) -> tuple[OpenDatabase, Settings]:
    """The database that the options or the environment name, open and migrated, and the settings."""
    settings = _settings(data_dir, database_url)
    return _open(settings), settings


def _accounts(data_dir: str | None, database_url: str | None) -> AccountParts:
    from failsight.wiring.accounts import build_accounts  # noqa: PLC0415

    return build_accounts(_open(_settings(data_dir, database_url)).database)


def _settings(data_dir: str | None, database_url: str | None) -> Settings:
    from failsight.settings import read_settings  # noqa: PLC0415

    known = read_settings()
    return dataclasses.replace(
        known, data_dir=data_dir or known.data_dir, database_url=database_url or known.database_url
    )


def _open(settings: Settings, *, may_migrate: bool = True) -> OpenDatabase:
    from failsight.wiring.database import open_migrated  # noqa: PLC0415

    opened = open_migrated(settings, may_migrate=may_migrate)
    if opened.backup is not None:
        _note(f"The schema was brought up to date; a copy of the database before is {opened.backup}")
    return opened


def _place(settings: Settings) -> str:
    from failsight.wiring.database import database_place  # noqa: PLC0415

    return database_place(settings)


def _show(*cells: str) -> None:
    """A row on stdout, for machines too: cells with a tab between them."""
    typer.echo("\t".join(cells))


def _note(text: str) -> None:
    typer.echo(text, err=True)
