"""project, contact, items, drafts, messages, report: the record."""

import datetime
import email.utils
from typing import Annotated, Any

import rich.table
import typer

from assistant import errors
from assistant.cli import state
from assistant.filing import parties

project_app = typer.Typer(help="The client projects.", no_args_is_help=True)
contact_app = typer.Typer(help="The people on the client's side.", no_args_is_help=True)
milestone_app = typer.Typer(help="The steps of a project's plan.", no_args_is_help=True)
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
ProjectFilter = Annotated[str | None, typer.Option("--project", help="Only this project.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(project_app, name="project")
    app.add_typer(contact_app, name="contact")
    for command in (items, drafts, messages, report):
        app.command()(command)


@project_app.command("add")
def project_add(
    context: typer.Context,
    key: KEY,
    name: Name = None,
    domains: Domains = None,
    contacts: Contacts = None,
    approvers: Approvers = None,
    language: Language = None,
) -> None:
    """Enter a project."""
    from assistant.record import projects

    wanted = parties.Project(
        key=parties.check_key(key),
        name=name or key,
        client_domains=tuple(domain.lower().lstrip("@") for domain in domains or []),
        contacts=people(contacts or [], approvers or []),
        language=_language(language or "en"),
    )
    with context.obj.desk() as desk, desk.record.transaction() as session:
        projects.add(session, wanted, desk.clock())
    typer.echo(f"{wanted.key}: {state.line(wanted.name)}")


@project_app.command("edit")
def project_edit(
    context: typer.Context,
    key: KEY,
    name: Name = None,
    domains: Domains = None,
    contacts: Contacts = None,
    approvers: Approvers = None,
    language: Language = None,
) -> None:
    """Change a project; what is not named stays, contacts and domains are added."""
    from assistant.record import projects, refs

    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.project(session, key)
        row.name = name or row.name
        row.language = _language(language or row.language)
        added = [domain.lower().lstrip("@") for domain in domains or []]
        row.client_domains = list(dict.fromkeys([*row.client_domains, *added]))
        session.add(row)
        for contact in people(contacts or [], approvers or []):
            projects.put_contact(session, row, contact)
    typer.echo(f"{row.key}: {state.line(row.name)}")


@project_app.command("list")
def project_list(context: typer.Context, as_json: state.JSON = False) -> None:
    """List the projects."""
    from assistant.record import projects, refs, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        found = [
            views.project(session, refs.project(session, one.key))
            for one in projects.every(session)
        ]
    if as_json:
        state.dump(found)
        return
    _table(found, ("key", "name", "language", "client_domains"))


@project_app.command("show")
def project_show(context: typer.Context, key: KEY, as_json: state.JSON = False) -> None:
    """Show a project with its people and milestones."""
    from assistant.record import refs, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        found = views.project(session, refs.project(session, key))
    if as_json:
        state.dump(found)
        return
    console = state.out()
    console.print(f"{found['key']}: {state.line(found['name'])} ({found['language']})")
    _table(found["contacts"], ("email", "name", "approver"))
    _table(found["milestones"], ("name", "due_on", "done"))


@milestone_app.command("add")
def milestone_add(
    context: typer.Context,
    key: KEY,
    name: Annotated[str, typer.Argument(help="What is reached then.")],
    due: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    done: Annotated[bool, typer.Option(help="It is reached.")] = False,
) -> None:
    """Enter a milestone, or bring the one of this name up to date."""
    from assistant.record import projects, refs

    due_on = _day(due)
    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = projects.put_milestone(session, refs.project(session, key), name, due_on, done)
        typer.echo(
            f"{state.line(row.name)}: {row.due_on or 'no date'}{', done' if row.done else ''}"
        )


@contact_app.command("add")
def contact_add(
    context: typer.Context,
    key: KEY,
    person: Annotated[str, typer.Argument(help='"Wang Fang <wang@acme.example>"')],
    approver: Annotated[bool, typer.Option(help="This person's yes is the client's yes.")] = False,
) -> None:
    """Enter a contact of a project."""
    from assistant.record import projects, refs

    name, address = _address(person)
    with context.obj.desk() as desk, desk.record.transaction() as session:
        projects.put_contact(
            session, refs.project(session, key), parties.Contact(address, name, approver)
        )
    typer.echo(f"{address}{', approver' if approver else ''}")


@contact_app.command("edit")
def contact_edit(
    context: typer.Context,
    key: KEY,
    person: Annotated[
        str, typer.Argument(help="The contact's address, with a new name if wanted.")
    ],
    approver: Annotated[bool, typer.Option(help="This person's yes is the client's yes.")] = False,
) -> None:
    """Change a contact's name, or whether this person may approve."""
    contact_add(context, key, person, approver)


@contact_app.command("list")
def contact_list(
    context: typer.Context, project: ProjectFilter = None, as_json: state.JSON = False
) -> None:
    """List the contacts."""
    from assistant.record import projects, refs, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        wanted = refs.project(session, project).id if project else None
        found = [
            {"project": views.project_key(session, row.project_id), **views.contact(row)}
            for row in projects.contacts(session, wanted)
        ]
    if as_json:
        state.dump(found)
        return
    _table(found, ("project", "email", "name", "approver"))


def items(
    context: typer.Context,
    project: ProjectFilter = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    item_state: Annotated[str | None, typer.Option("--state", help="Only in this state.")] = None,
    as_json: state.JSON = False,
) -> None:
    """List what clients asked, with the words that prove it."""
    from assistant.record import items as book
    from assistant.record import refs, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        wanted = refs.project(session, project).id if project else None
        found = [views.item(session, row) for row in book.of_project(session, wanted)]
    found = [
        view
        for view in found
        if kind in (None, view["kind"]) and item_state in (None, view["state"])
    ]
    if as_json:
        state.dump(found)
        return
    _table(found, ("ref", "state", "outcome", "authority", "title", "sender"))


def drafts(
    context: typer.Context,
    draft_state: Annotated[str | None, typer.Option("--state", help="Only in this state.")] = None,
    as_json: state.JSON = False,
) -> None:
    """List the reply drafts."""
    from assistant.record import drafts as book
    from assistant.record import tables, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        rows = book.in_states(session, tuple(tables.DraftState))
        found = [views.draft(session, row) for row in rows]
    found = [view for view in found if draft_state in (None, view["state"])]
    if as_json:
        state.dump(found)
        return
    _table(found, ("ref", "kind", "state", "to", "subject"))


def messages(
    context: typer.Context,
    project: ProjectFilter = None,
    message_state: Annotated[
        str | None, typer.Option("--state", help="Only in this state.")
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """List the client messages of the record."""
    from assistant.record import messages as book
    from assistant.record import views

    with context.obj.desk() as desk, desk.record.reading() as session:
        found = [views.message(session, row) for row in book.clients(session)]
    found = [
        view
        for view in found
        if (project is None or (view["project"] or "").upper() == project.upper())
        and message_state in (None, view["state"])
    ]
    if as_json:
        state.dump_lines(found)
        return
    _table(found, ("ref", "state", "project", "sender", "subject", "labels", "outcomes"))


def report(context: typer.Context, key: KEY, as_json: state.JSON = False) -> None:
    """Report on a project: milestones, problems, changes, decisions, what the client owes."""
    from assistant.record import refs, views

    with context.obj.desk() as desk, desk.record.reading() as session:
        found = views.report(session, refs.project(session, key))
    if as_json:
        state.dump(found)
        return
    console = state.out()
    console.print(f"{found['project']}: {state.line(found['name'])}", style="bold")
    for title, rows in found["sections"].items():
        console.print(f"\n{title} ({len(rows)})", style="bold")
        for row in rows:
            console.print("  " + state.line(row, 160), soft_wrap=True)


def people(contacts: list[str], approvers: list[str]) -> tuple[parties.Contact, ...]:
    """Read "Name <address>" texts; an approver that is no contact becomes one."""
    named = {address: name for name, address in map(_address, contacts)}
    entitled = {address for _, address in map(_address, approvers)}
    for address in entitled:
        named.setdefault(address, "")
    return tuple(
        parties.Contact(address, name, address in entitled) for address, name in named.items()
    )


def _address(text: str) -> tuple[str, str]:
    name, address = email.utils.parseaddr(text)
    if "@" not in address:
        raise errors.UsageError(f'{text!r} is no address; write "Wang Fang <wang@acme.example>".')
    return name, address.lower()


def _language(language: str) -> str:
    if language not in ("zh-Hans", "zh-Hant", "en"):
        raise errors.UsageError(
            f"The language {language!r} is not known; use zh-Hans, zh-Hant or en."
        )
    return language


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise errors.UsageError(f"{text!r} is no date; write it as 2026-12-01.") from error


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Print rows as a plain table, client text made harmless."""
    table = rich.table.Table(*(column.replace("_", " ") for column in columns), box=None)
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    state.out().print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(state.line(part, 40) for part in value)
    return state.line(value, 60)
