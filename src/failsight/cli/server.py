"""``failsight serve``, ``worker``, ``db``, ``keys``, ``users`` and ``organizations``: the server and who may use it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from failsight.cli.guard import guarded

if TYPE_CHECKING:
    from failsight.settings import Settings
    from failsight.wiring.server import Backend

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
    from failsight.wiring.listening import listen  # noqa: PLC0415
    from failsight.wiring.server import end_on_sigterm, first_start, run_server  # noqa: PLC0415
    from failsight.wiring.workers import usual_workers  # noqa: PLC0415

    end_on_sigterm()
    settings, at = _settings(data_dir, database_url), listen(host, port)
    backend = _open(settings, may_migrate=not no_migrate)
    first = first_start(backend)
    _note(f"Failsight keeps its data in {_place(settings)}")
    if first is not None:
        _note("This is the first start. Your API key, shown only now:")
        _show(first.secret)
    at.listen()
    _note(f"Listening on http://{host}:{at.getsockname()[1]} (documentation: /docs)")
    run_server(backend, settings, at, workers=usual_workers() if workers is None else workers)


@guarded
def worker(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    parent: Annotated[int | None, typer.Option(hidden=True, help="End when this process is gone.")] = None,
    name: Annotated[str | None, typer.Option(hidden=True, help="Of the worker that this one follows.")] = None,
) -> None:
    """Work on jobs without serving; any number of workers may share a database."""
    from failsight.wiring.workers import work_forever  # noqa: PLC0415

    backend = _open(_settings(data_dir, database_url), worker_name=name)
    work_forever(backend.worker, backend.stop, backend.watchdog, parent)


@keys.command("create")
@guarded
def create_key(
    name: Annotated[str, typer.Option(help="What the key is for.")] = "cli",
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key and print it; it is not shown again."""
    from failsight.wiring.server import first_start  # noqa: PLC0415

    backend = _open(_settings(data_dir, database_url))
    first = first_start(backend) if organization == "default" else None
    made = first or backend.services.account.create_key(organization, name)
    _note(f"Key '{made.key.name}' ({made.key.id}), shown only now:")
    _show(made.secret)


@keys.command("list")
@guarded
def list_keys(
    organization: Organization = "default", data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Keys of an organization: id, first characters, name, when made, whether revoked."""
    known = _open(_settings(data_dir, database_url)).services
    for key in known.accounts.keys(known.account.organization_id(organization)):
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
    known = _open(_settings(data_dir, database_url)).services
    known.account.revoke_key(organization, key_id)
    _note(f"Key {key_id} is revoked.")


@users.command("list")
@guarded
def list_users(
    organization: Organization = "default", data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Users of an organization: id, e-mail, name."""
    known = _open(_settings(data_dir, database_url)).services
    for user in known.accounts.users(known.account.organization_id(organization)):
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
    account = _open(_settings(data_dir, database_url)).services.account
    _show(account.add_user(organization, email).id)


@organizations.command("create")
@guarded
def create_organization(
    name: Annotated[str, typer.Argument(help="A name that is not taken.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make an organization with a user, a project and a key, which is printed once."""
    made = _open(_settings(data_dir, database_url)).services.account.create_organization(name)
    _note(f"Organization '{name}'; its first key, shown only now:")
    _show(made.secret)


@organizations.command("list")
@guarded
def list_organizations(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Ids and names."""
    for organization_id, name in _open(_settings(data_dir, database_url)).services.accounts.organizations():
        _show(organization_id, name)


@database.command("upgrade")
@guarded
def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring the schema up to date, after a copy of an SQLite file was made beside it."""
    from failsight.wiring.server import pending_migrations  # noqa: PLC0415

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


def open_known(data_dir: str | None, database_url: str | None) -> Backend:
    """The database that the options or the environment name, open and migrated."""
    return _open(_settings(data_dir, database_url))


def _settings(data_dir: str | None, database_url: str | None) -> Settings:
    from failsight.settings import read_settings  # noqa: PLC0415

    known = read_settings()
    return dataclasses.replace(
        known, data_dir=data_dir or known.data_dir, database_url=database_url or known.database_url
    )


def _open(settings: Settings, *, may_migrate: bool = True, worker_name: str | None = None) -> Backend:
    from failsight.wiring.server import open_backend  # noqa: PLC0415

    backend = open_backend(settings, may_migrate=may_migrate, worker_name=worker_name)
    if backend.backup is not None:
        _note(f"The schema was brought up to date; a copy of the database before is {backend.backup}")
    return backend


def _place(settings: Settings) -> str:
    from failsight.wiring.server import database_place  # noqa: PLC0415

    return database_place(settings)


def _show(*cells: str) -> None:
    """A row on stdout, for machines too: cells with a tab between them."""
    typer.echo("\t".join(cells))


def _note(text: str) -> None:
    typer.echo(text, err=True)
