"""project, contact: whose mail it is, and who may decide."""

import dataclasses
import datetime
import email.utils
from typing import Annotated, Any

import typer

from assistant import errors
from assistant.cli import state
from assistant.filing import parties

project_app = typer.Typer(help="The client projects.")
contact_app = typer.Typer(help="The people on the client's side.")
milestone_app = typer.Typer(help="The steps of a project's plan.")
project_app.add_typer(milestone_app, name="milestone")

KEY = Annotated[str, typer.Argument(metavar="KEY", help="The project's key.")]
Name = Annotated[str | None, typer.Option(help="The project's name.")]
Domains = Annotated[
    list[str] | None, typer.Option("--client-domain", help="Every sender there belongs to it.")
]
Contacts = Annotated[
    list[str] | None, typer.Option("--contact", help='"Wang Fang <wang@acme.example>"')
]
Approvers = Annotated[
    list[str] | None, typer.Option("--approver", help="Address whose yes is the client's yes.")
]
Language = Annotated[str | None, typer.Option(help="zh-Hans, zh-Hant or en.")]
Person = Annotated[str, typer.Argument(help='"Wang Fang <wang@acme.example>"')]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(project_app, name="project")
    app.add_typer(contact_app, name="contact")


@project_app.command("add")
def project_add(
    context: typer.Context,
    key: KEY,
    name: Name = None,
    domains: Domains = None,
    contacts: Contacts = None,
    approvers: Approvers = None,
    language: Language = None,
    as_json: state.JSON = False,
) -> None:
    """Enter a project."""
    from assistant.record import projects, views

    wanted = parties.Project(
        key=parties.check_key(key),
        name=name or key,
        client_domains=tuple(map(_domain, domains or [])),
        contacts=_people(contacts or [], approvers or []),
        language=_language(language or "en"),
    )
    with context.obj.desk() as desk, desk.record.transaction() as session:
        view = views.project(session, projects.add(session, wanted, desk.clock()))
    _print_project(view, as_json)


@project_app.command("edit")
def project_edit(
    context: typer.Context,
    key: KEY,
    name: Name = None,
    domains: Domains = None,
    contacts: Contacts = None,
    approvers: Approvers = None,
    language: Language = None,
    as_json: state.JSON = False,
) -> None:
    """Change a project; what is not named stays, contacts and domains are added."""
    from assistant.record import projects, refs, views

    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.project(session, key)
        row.name = name or row.name
        row.language = _language(language or row.language)
        added = map(_domain, domains or [])
        row.client_domains = list(dict.fromkeys([*row.client_domains, *added]))
        session.add(row)
        for contact in _people(contacts or [], approvers or []):
            known = projects.contact_at(session, row, contact.email)
            entitled = contact.approver or (known is not None and known.approver)
            projects.put_contact(session, row, dataclasses.replace(contact, approver=entitled))
        session.flush()
        view = views.project(session, row)
    _print_project(view, as_json)


@project_app.command("list")
def project_list(context: typer.Context, as_json: state.JSON = False) -> None:
    """List the projects."""
    from assistant.record import projects, refs, views

    with context.obj.reading() as session:
        found = [
            views.project(session, refs.project(session, one.key))
            for one in projects.every(session)
        ]
    if as_json:
        state.dump(found)
        return
    _table(found, ("key", "language", "client_domains", "name"))


@project_app.command("show")
def project_show(context: typer.Context, key: KEY, as_json: state.JSON = False) -> None:
    """Show a project with its people and milestones."""
    from assistant.record import refs, views

    with context.obj.reading() as session:
        found = views.project(session, refs.project(session, key))
    _print_project(found, as_json)


@milestone_app.command("add")
def milestone_add(
    context: typer.Context,
    key: KEY,
    name: Annotated[str, typer.Argument(help="What is reached then.")],
    due: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    done: Annotated[bool | None, typer.Option(help="Whether it is reached.")] = None,
    as_json: state.JSON = False,
) -> None:
    """Enter a milestone, or bring the one of this name up to date."""
    from assistant.record import projects, refs, views

    due_on = _day(due)
    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.project(session, key)
        projects.put_milestone(session, row, name, due_on, done)
        session.flush()
        view = views.project(session, row)
    _print_project(view, as_json)


@contact_app.command("add")
def contact_add(
    context: typer.Context,
    key: KEY,
    person: Person,
    approver: Annotated[
        bool, typer.Option("--approver", help="This person's yes is the client's yes.")
    ] = False,
    as_json: state.JSON = False,
) -> None:
    """Enter a contact of a project."""
    from assistant.record import projects, refs, views

    name, address = _address(person)
    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.project(session, key)
        if projects.contact_at(session, row, address):
            raise errors.UsageError(
                f"{address} is a contact of {row.key} already; change it with `assistant contact edit`."
            )
        projects.put_contact(session, row, parties.Contact(address, name, approver))
        session.flush()
        view = views.project(session, row)
    _print_project(view, as_json)


@contact_app.command("edit")
def contact_edit(
    context: typer.Context,
    key: KEY,
    person: Person,
    approver: Annotated[
        bool | None,
        typer.Option(
            "--approver/--no-approver", help="Whether this person's yes is the client's yes."
        ),
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """Change a contact's name, or whether this person may approve; what is not named stays."""
    from assistant.record import projects, refs, views

    name, address = _address(person)
    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.project(session, key)
        known = refs.contact(session, row, address)
        entitled = known.approver if approver is None else approver
        projects.put_contact(session, row, parties.Contact(address, name, entitled))
        session.flush()
        view = views.project(session, row)
    _print_project(view, as_json)


@contact_app.command("list")
def contact_list(
    context: typer.Context, project: state.PROJECT = None, as_json: state.JSON = False
) -> None:
    """List the contacts."""
    from assistant.record import projects, refs, views

    with context.obj.reading() as session:
        wanted = refs.project(session, project).id if project else None
        found = [
            {"project": views.project_key(session, row.project_id), **views.contact(row)}
            for row in projects.contacts(session, wanted)
        ]
    if as_json:
        state.dump(found)
        return
    _table(found, ("project", "email", "approver", "name"))


def _print_project(view: dict[str, Any], as_json: bool) -> None:
    if as_json:
        state.dump(view)
        return
    domains = ", ".join(view["client_domains"])
    typer.echo(f"{view['key']}: {state.line(view['name'])} ({view['language']})")
    if domains:
        typer.echo(f"everyone at {state.line(domains)}")
    if view["contacts"]:
        _table(view["contacts"], ("email", "approver", "name"))
    if view["milestones"]:
        _table(view["milestones"], ("due_on", "done", "name"))


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from assistant.cli import printing

    printing.table(rows, columns, wide=columns[-1])


def _people(contacts: list[str], approvers: list[str]) -> tuple[parties.Contact, ...]:
    """Read "Name <address>" texts; an approver that is no contact becomes one."""
    named = {address: name for name, address in map(_address, contacts)}
    entitled = [_address(text) for text in approvers]
    for name, address in entitled:
        named[address] = named.get(address) or name
    decide = {address for _, address in entitled}
    return tuple(
        parties.Contact(address, name, address in decide) for address, name in named.items()
    )


def _address(text: str) -> tuple[str, str]:
    name, address = email.utils.parseaddr(text)
    if "@" not in address:
        raise typer.BadParameter(f'{text!r} is no address; write "Wang Fang <wang@acme.example>"')
    return name, address.lower()


def _domain(text: str) -> str:
    from assistant.imap import providers

    domain = text.strip().lower().lstrip("@")
    if "." not in domain or "@" in domain or " " in domain:
        raise typer.BadParameter(f"{text!r} is no mail domain; write acme.example")
    if providers.preset_for(f"anyone@{domain}") is not None:
        raise typer.BadParameter(
            f"anybody can have an address at {domain}; name the client's people with --contact"
        )
    return domain


def _language(language: str) -> str:
    if language not in ("zh-Hans", "zh-Hant", "en"):
        raise typer.BadParameter(
            f"the language {language!r} is not known; use zh-Hans, zh-Hant or en"
        )
    return language


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-12-01") from error
