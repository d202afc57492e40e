"""`python -m ringfence` is the command line."""

from ringfence.cli import main

main()
