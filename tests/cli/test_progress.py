from __future__ import annotations

from tolerogen.cli.progress import progress


def test_a_log_gets_few_lines_and_the_last_one(capsys):
    with progress("Simulating") as report:
        for done in range(1, 1001):
            report(done, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "Simulating: 1000 of 1000"


def test_a_second_stage_starts_afresh_and_nothing_goes_to_standard_output(capsys):
    with progress("Simulating") as report:
        report(5, 5)
        report(1, 2)
        report(2, 2)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [f"Simulating: {t}" for t in ("5 of 5", "1 of 2", "2 of 2")]
