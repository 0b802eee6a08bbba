"""A file is written whole or not at all."""

from __future__ import annotations

import pytest

from tolerogen.errors import OutputError
from tolerogen.result_file import check_file, write_file


def test_a_file_is_written_as_it_is_and_over_what_stood_there(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("before")
    assert write_file(file, "ä,b\r\n1,2\r\n") == file
    assert file.read_bytes() == "ä,b\r\n1,2\r\n".encode()
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_and_a_place_that_is_none_are_refused(tmp_path):
    with pytest.raises(OutputError, match="it is a folder"):
        check_file(tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path, "x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        check_file(tmp_path / "file" / "below.csv")
    with pytest.raises(OutputError, match="No such file"):
        write_file(tmp_path / "nowhere" / "a.csv", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_what_can_be_written_is_not_made_by_asking(tmp_path):
    assert check_file(tmp_path / "new" / "a.csv") == tmp_path / "new" / "a.csv"
    assert list(tmp_path.iterdir()) == []
