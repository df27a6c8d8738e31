"""`python -m ops`: the commands, and nothing else."""

import typer

from ops import dead_letters
from ops.doctor import doctor
from ops.forget import forget
from ops.replay import replay
from ops.rotation import rotate_secret
from ops.send import send

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a token may be among them
    help="Operates a running installation, or the one of `make run`. Nothing is changed without --yes.",
)
app.command()(doctor)
app.add_typer(dead_letters.app, name="dead-letters")
app.command()(replay)
app.command()(forget)
app.command("rotate-secret")(rotate_secret)
app.command()(send)

if __name__ == "__main__":
    app()
