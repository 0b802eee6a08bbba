"""How fast a FAERS quarter becomes Parquet, on one core.

Run ``taskset -c 0 python benchmarks/ingest.py [reports]`` (400,000 by default, a quarter's size).
The quarter is invented and has the layout of 2022: 4 drugs and 3 reactions a report. Rows are those
of DEMO, DRUG and REAC together; seconds are processor seconds, all threads.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from tolerogen.safety.ingest import ingest

DEMO = "primaryid$caseid$caseversion$i_f_code$event_dt$fda_dt$age$age_cod$sex$occp_cod$occr_country"
DRUG = "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$route$dose_vbm$lot_num"
REAC = "primaryid$caseid$pt$drug_rec_act"


def write(path: Path, reports: int) -> int:
    rng = np.random.default_rng(3)
    day = rng.integers(1, 29, reports)
    drug = rng.integers(0, 6500, 4 * reports)
    event = rng.integers(0, 20000, 3 * reports)
    demo, drugs, reac = [DEMO], [DRUG], [REAC]
    for k in range(reports):
        case = 10_000_000 + k
        key = f"{case}1${case}$"
        demo.append(f"{key}1$I$202203{day[k]:02}$202210{day[k]:02}$54$YR$F$MD$US")
        for j in range(4):
            name = drug[4 * k + j]
            drugs.append(
                f"{key}{j + 1}${'C' if j else 'PS'}$Drug {name}$SUBSTANCE {name}$Oral$1 mg$"
            )
        reac += [f"{key}Event {event[3 * k + j]}$" for j in range(3)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, lines in (("DEMO", demo), ("DRUG", drugs), ("REAC", reac)):
            archive.writestr(f"ASCII/{name}22Q4.txt", "\r\n".join(lines) + "\r\n")
    return len(demo) + len(drugs) + len(reac) - 3


def main(reports: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "faers22q4.zip"
        rows = write(source, reports)
        cpu, wall = time.process_time(), time.perf_counter()
        made = ingest([source], Path(name) / "out")
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert made.reports == reports
    print(f"{rows:,} rows of {reports:,} reports: {cpu:.1f} s of processor, {wall:.1f} s")
    print(f"{rows / cpu:,.0f} rows/s per core, {reports / cpu:,.0f} reports/s per core")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000)
