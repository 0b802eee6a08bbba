"""``python -m tolerogen``: the command line."""

from tolerogen.cli.entry import main

if __name__ == "__main__":
    main()
