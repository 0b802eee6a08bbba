from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import tolerogen
from tolerogen.cli import cli
from tolerogen.cli.lazy import LazyGroup

VERBS = [
    ("dossier", "build"),
    ("dossier", "diff"),
    ("trial", "recruit"),
    ("trial", "run"),
    ("trial", "design"),
    ("trial", "export"),
    ("trial", "validate"),
    ("model", "check-suite"),
    ("model", "show"),
    ("model", "simulate"),
    *(("oligo", verb) for verb in ("design", "index", "offtarget", "rank", "risk", "tm", "order")),
    *(
        ("oligo", verb)
        for verb in ("accessibility", "conserve", "splice", "therapy", "transcripts")
    ),
    ("therapy", "dose"),
    ("therapy", "list"),
    ("therapy", "play"),
    ("therapy", "show"),
    *(("project", verb) for verb in ("init", "add", "status", "advance", "compare", "page", "run")),
    ("workbench", "cancel"),
    ("workbench", "jobs"),
]


def script(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, by the function the script calls."""
    code = "import sys; from tolerogen.cli import main; sys.argv[0] = 'tolerogen'; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **more,
    )


def test_script_is_installed():
    (found,) = entry_points(group="console_scripts", name="tolerogen")
    assert found.value == "tolerogen.cli:main"


def test_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"tolerogen {tolerogen.__version__}\n")


def test_groups_are_imported_only_when_used():
    code = (
        "import sys; from tolerogen.cli import cli; cli(['--version'], standalone_mode=False);"
        "print(sorted(m for m in sys.modules if m.startswith(('tolerogen.', 'rich', 'pandas'))))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("tolerogen.cli.trial", "tolerogen.cli.model", "tolerogen.engine", "'pandas"):
        assert heavy not in out.stdout
    assert "tolerogen.cli.entry" in out.stdout


@pytest.mark.parametrize("words", VERBS)
def test_every_verb_has_json_and_an_example(run, words):
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "--json" in result.stdout
    assert "Example" in result.stdout
    assert f"tolerogen {' '.join(words)}" in result.stdout.split("Example")[1]


def test_the_list_of_verbs_is_complete():
    found = []
    for name in cli.list_commands(None):
        group = LazyGroup.get_command(cli, None, name)
        found += [(name, verb) for verb in group.commands]
    assert sorted(found) == sorted(VERBS)


def test_exit_codes_of_the_script(tmp_path):
    ok = script("--version")
    assert (ok.returncode, ok.stderr) == (0, "")
    usage = script("trail", "run")
    assert usage.returncode == 2
    assert "No such command 'trail'" in usage.stderr
    assert "See 'tolerogen --help'." in usage.stderr
    mistake = script("model", "show", "nowhere.ant", cwd=tmp_path)
    assert mistake.returncode == 2
    assert mistake.stdout == ""
    assert mistake.stderr.startswith("Error: 'nowhere.ant' is neither a model file nor a disease")
    assert "Traceback" not in mistake.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trial", "run", "x.toml", "--seed", "text"), "'text' is not a valid whole number."),
        (
            ("trial", "run", "x.toml", "--patients", "0"),
            "'--patients': 0 is not in the range",
        ),
        (("trial", "rum"), "Did you mean 'run'? See 'tolerogen trial --help'."),
        (("therapy", "show"), "Missing argument 'NAME'. See 'tolerogen therapy show --help'."),
    ],
)
def test_a_slip_on_the_command_line_is_one_paragraph(words, said):
    out = script(*words)
    assert (out.returncode, out.stdout) == (2, "")
    text = " ".join(out.stderr.split())
    assert text.startswith("Error: ")
    assert said in text
    assert "Usage:" not in text
    assert "\n\n" not in out.stderr


def test_a_room_without_a_verb_shows_its_help():
    out = script("trial")
    assert out.returncode == 2
    assert "Commands:" in out.stderr


def test_interrupt_exits_with_130():
    code = (
        "import sys; from tolerogen.cli import entry\n"
        "def stop(**_): raise KeyboardInterrupt\n"
        "entry.cli.callback = stop\n"
        "sys.argv = ['tolerogen', 'therapy', 'list']; entry.main()"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.returncode == 130
    assert "Interrupted." in out.stderr
    assert "Traceback" not in out.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes close differently on Windows")
def test_a_reader_that_leaves_gets_no_traceback():
    code = "from tolerogen.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "therapy", "list", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in (0, 1)
