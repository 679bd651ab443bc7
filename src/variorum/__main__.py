"""`python -m variorum`: the command `variorum`, for where its folder is not on the path."""

from variorum.cli.main import run

if __name__ == "__main__":
    run()
