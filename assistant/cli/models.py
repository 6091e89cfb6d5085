"""train, evaluate, learn, model: the classifier."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import state

model_app = typer.Typer(help="The trained models.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (train, evaluate, learn):
        app.command()(command)
    app.add_typer(model_app, name="model")


def train(
    corpus: Annotated[Path, typer.Option(help="Folder of the corpus.")] = Path("models/corpus"),
    out: Annotated[Path, typer.Option(help="Folder for the model.")] = Path("models/trained"),
    seed: Annotated[int, typer.Option(help="Same data and seed, same bytes.")] = 0,
    as_json: state.JSON = False,
) -> None:
    """Train a model from a corpus; a quarter of an hour on two cores."""
    from assistant.classify import shelf
    from assistant.classify import train as training

    reader, card = training.train(corpus, seed)
    shelf.save(reader, card, out)
    if as_json:
        state.dump(shelf.card(out))
    else:
        typer.echo(f"Model {reader.version} lies in {out}.")


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled messages, one JSON object a line.")],
    model: Annotated[Path | None, typer.Option(help="Folder of another model.")] = None,
    as_json: state.JSON = False,
) -> None:
    """Measure a model on labelled messages: per label, language and outcome, with its confusions."""
    from assistant import measuring
    from assistant.classify import shelf

    found = measuring.measure(shelf.load(model), measuring.read(file))
    if as_json:
        state.dump(found)
        return
    for name, scores in (("all", found["all"]), *found["languages"].items()):
        typer.echo(f"{name}: " + ", ".join(_figure(key, value) for key, value in scores.items()))
    for confusion in found["confusions"]:
        typer.echo(f"{confusion['n']} x {confusion['truth']} taken for {confusion['given']}")
        for example in confusion["examples"]:
            typer.echo(f"    {state.line(example)}")


def _figure(key: str, value: object) -> str:
    if isinstance(value, dict):
        return f"{key} " + " ".join(f"{name} {figure}" for name, figure in value.items())
    return f"{key} {value}"


def learn(
    context: typer.Context,
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of the corpus; default: the shipped one.")
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """Learn from your decisions: train a candidate, and use it if it is no worse. Takes a quarter of an hour."""
    from assistant import learn as story
    from assistant.classify import shelf

    with context.obj.desk() as desk:
        lesson = story.learn(desk.config, desk.record, corpus or shelf.corpus())
    if as_json:
        state.dump(dataclasses.asdict(lesson))
    else:
        typer.echo(str(lesson))


@model_app.command("list")
def model_list(context: typer.Context, as_json: state.JSON = False) -> None:
    """List the models that can be used."""
    from assistant import learn as story

    entries = story.known(context.obj.settings())
    if as_json:
        state.dump([{"name": entry.name, "in_use": entry.in_use} for entry in entries])
        return
    for entry in entries:
        typer.echo(f"{'*' if entry.in_use else ' '} {entry.name}")


@model_app.command("use")
def model_use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A model of `model list`; `shipped` rolls back.")],
) -> None:
    """Let this model read the mail from now on."""
    from assistant import learn as story

    story.use(context.obj.settings(), name)
    typer.echo(f"Model {name} reads the mail from now on.")


@model_app.command("show")
def model_show(
    folder: Annotated[Path | None, typer.Argument(help="Default: the shipped model.")] = None,
    as_json: state.JSON = False,
) -> None:
    """Show what a model says of itself."""
    from assistant.classify import shelf

    card = shelf.card(folder or shelf.shipped())
    if as_json:
        state.dump(card)
        return
    for key, value in card.items():
        typer.echo(f"{key}: {state.line(str(value))}")
