"""What a person runs beside the services: `python -m ops --help`.

__main__.py has the commands; each has a module of its own, and what it stands on another.  Nothing here runs in a
container, and nothing changes anything before it has shown what it would change.
"""
