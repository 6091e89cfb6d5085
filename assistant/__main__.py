"""`python -m assistant` is the `assistant` command."""

from assistant.cli.main import main

if __name__ == "__main__":
    main()
