"""train, model: the classifier."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import state

model_app = typer.Typer(help="The trained models.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(train)
    app.add_typer(model_app, name="model")


def train(
    corpus: Annotated[Path, typer.Option(help="Folder of the corpus.")] = Path("models/corpus"),
    out: Annotated[Path, typer.Option(help="Folder for the model.")] = Path("models/trained"),
    seed: Annotated[int, typer.Option(help="Same data and seed, same bytes.")] = 0,
    as_json: state.JSON = False,
) -> None:
    """Train a model from a corpus; minutes on two cores."""
    from assistant.classify import shelf
    from assistant.classify import train as training

    reader, card = training.train(corpus, seed)
    shelf.save(reader, card, out)
    if as_json:
        state.dump(shelf.card(out))
    else:
        typer.echo(f"Model {reader.version} lies in {out}.")


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
        typer.echo(f"{key}: {state.line(value)}")
