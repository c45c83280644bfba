"""``python -m survey``: the ``survey`` command without its script."""

from survey.cli import main

main(prog_name="survey")
