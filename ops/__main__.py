"""`python -m ops`: the commands, and nothing else."""

from pathlib import Path
from typing import Annotated

import typer
from dotenv import load_dotenv

from ops import dead_letters
from ops.doctor import doctor
from ops.forget import forget
from ops.replay import replay
from ops.rotation import rotate_secret
from ops.screen import wrong_usage
from ops.send import send

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a token may be among them
)


@app.callback()
def environment(
    env_file: Annotated[
        Path | None, typer.Option(help="Settings, NAME=value a line; else .env, if there is one here.")
    ] = None,
) -> None:
    """Operates a running installation, or the one of `make run`. Nothing is changed without --yes."""
    if env_file is not None and not env_file.is_file():
        wrong_usage(f"there is no file {env_file}")
    load_dotenv(env_file or Path(".env"))


app.command()(doctor)
app.add_typer(dead_letters.app, name="dead-letters")
app.command()(replay)
app.command()(forget)
app.command("rotate-secret")(rotate_secret)
app.command()(send)

if __name__ == "__main__":
    app()
