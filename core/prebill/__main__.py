"""Lets `python -m prebill` do what `prebill` does."""

from prebill.cli import main

if __name__ == "__main__":
    main()
