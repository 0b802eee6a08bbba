from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.parameters import Parameter, read_parameters

HEAD = "id,value,unit,distribution,cv,low,high,status,source,note\n"


def test_reads_a_row(tmp_path: Path) -> None:
    table = tmp_path / "parameters.csv"
    table.write_text(HEAD + "CL,0.2,L/day,lognormal,0.3,0.05,,measured,10.4161/mabs.29095,\n")
    assert read_parameters(table) == (
        Parameter("CL", 0.2, "L/day", "lognormal", 0.3, "measured", "10.4161/mabs.29095", low=0.05),
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("CL,x,L/day,fixed,0,,,measured,s,", "line 2"),
        ("CL,0.2,L/day,logn,0,,,measured,s,", "lognormal"),
        ("CL,0.2,L/day,fixed,0,,,guess,s,", "assumed"),
        ("CL,0.2,L/day,lognormal,-1,,,assumed,s,", "negative"),
        ("CL,0,L/day,lognormal,0.1,,,assumed,s,", "above zero"),
        ("f,1.5,1,logitnormal,0.1,,,assumed,s,", "in \\(0, 1\\)"),
    ],
)
def test_names_the_bad_row(tmp_path: Path, row: str, message: str) -> None:
    table = tmp_path / "parameters.csv"
    table.write_text(HEAD + row + "\n")
    with pytest.raises(SpecError, match=message):
        read_parameters(table)
