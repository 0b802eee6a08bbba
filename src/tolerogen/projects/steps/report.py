"""The dossier of the whole project, and its portfolio page."""

from __future__ import annotations

from tolerogen.projects.page import write_page
from tolerogen.projects.snapshot import write_snapshot
from tolerogen.projects.status import status_of
from tolerogen.projects.steps.setting import Setting

ORDER = ("target.json", "antibody.json", "oligo.json", "trial")


def dossier_step(setting: Setting) -> None:
    """Run the step: ``title``."""
    from tolerogen import dossier

    write_snapshot(setting.out)
    sources = [dossier.read_source(setting.out)]
    sources += [
        dossier.read_source(setting.out / name) for name in ORDER if (setting.out / name).exists()
    ]
    title = str(setting.options.get("title", setting.project.name))
    dossier.write_dossier(dossier.build_dossier(sources, title=title), setting.out / "dossier.html")
    write_page(status_of(setting.out), setting.out / "portfolio.html")
    setting.progress(1, 1)
