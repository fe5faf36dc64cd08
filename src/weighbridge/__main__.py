"""Run the command line with `python -m weighbridge`."""

from weighbridge.cli.main import main

main()
