"""Each reader on a small file of ours, and what it refuses."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tolerogen.errors import SpecError
from tolerogen.targets.readers import Reading, read_evidence, read_series
from tolerogen.targets.readers.geo import compare
from tolerogen.targets.readers.gwas import split


def read(path, **how):
    return read_evidence(path, "sjogren", Reading(**how))


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


# ── records ──────────────────────────────────────────────────────────────────────────────────


def test_records_are_read_by_any_usual_name(tmp_path):
    path = write(
        tmp_path,
        "mine.csv",
        "target,kind,score,source,date,direction\nCD127,expression,0.4,doi:1,2020-05,inhibit\n",
    )
    (record,) = read(path)
    assert record.target == "IL7R"
    assert record.score == 0.4
    assert record.date == date(2020, 5, 31)
    assert record.direction == "inhibit"
    assert record.datasource == "mine"


def test_the_example_is_read():
    example = Path(__file__).parents[2] / "examples" / "target-evidence.csv"
    first, second = read(example)
    assert (first.target, first.direction, first.date) == ("IL7R", "inhibit", date(2024, 5, 31))
    assert second.target == "ICOSLG"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A,genetics,1.4,doi", "between 0 and 1"),
        ("A,genetics,high,doi", "'high' in column 'score' is not a number"),
        ("A,gossip,0.4,doi", "kind is 'gossip'"),
        ("A,genetics,0.4,", "source is empty"),
    ],
)
def test_a_bad_record_names_its_line(tmp_path, line, message):
    path = write(tmp_path, "mine.csv", f"target,kind,score,source\n{line}\n")
    with pytest.raises(SpecError, match=message) as error:
        read(path)
    assert "mine.csv" in str(error.value)


# ── associations ─────────────────────────────────────────────────────────────────────────────


def test_a_catalog_table_shares_out_its_loci(tmp_path):
    path = write(
        tmp_path,
        "catalog.tsv",
        "DATE\tPUBMEDID\tCHR_ID\tCHR_POS\tMAPPED_GENE\tSNPS\tP-VALUE\tOR or BETA\n"
        "2013-10-06\t24097067\t7\t128933913\tIRF5 - TNPO3\trs3757387\t2.73E-19\tNR\n"
        "2022-07-27\t35896530\t6\t31543031\tTNF\trs1800629\t2E-10\t2.0\n"
        "2022-07-27\t35896530\t1\t100\tCD247\trs1\t1E-5\t0.85\n",
    )
    records = read(path)
    by_gene = {r.target: r for r in records}
    assert by_gene["IRF5"].score == by_gene["TNPO3"].score == 0.5
    assert by_gene["IRF5"].date == date(2013, 10, 6)
    assert by_gene["IRF5"].odds_ratio is None
    assert by_gene["IRF5"].source == "24097067"
    assert by_gene["TNF"].score == pytest.approx(0.0970, abs=1e-4)  # a tenth, in the HLA region
    assert by_gene["CD247"].score == 0.0  # not significant


def test_summary_statistics_need_positions_and_find_the_nearest_gene(tmp_path):
    stats = write(
        tmp_path,
        "stats.tsv",
        "chromosome\tbase_pair_location\trsid\tp_value\todds_ratio\n"
        "2\t191000000\trs1\t1e-12\t1.4\n"
        "2\t191100000\trs2\t1e-9\t1.2\n"  # the same locus
        "5\t35000000\trs3\t0.2\t1.0\n",
    )
    with pytest.raises(SpecError, match="gene positions"):
        read(stats)
    bed = write(
        tmp_path,
        "genes.bed",
        "chr2\t191010000\t191150000\tSTAT4\nchr2\t189000000\t189100000\tFAR\n",
    )
    (record,) = read(stats, positions=bed, when=date(2022, 1, 1))
    assert (record.target, record.detail, record.score) == ("STAT4", "rs1", 1.0)
    assert record.date == date(2022, 1, 1)


def test_loci_are_split_as_they_are_written():
    assert split("HLA-DQA1 - HLA-DRB1") == ["HLA-DQA1", "HLA-DRB1"]
    assert split("intergenic") == []


def test_a_p_above_1_is_refused(tmp_path):
    path = write(tmp_path, "loci.csv", "gene,p\nSTAT4,1.2\n")
    with pytest.raises(SpecError, match=r"line 2: a p of 1\.2"):
        read(path)


# ── expression ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "heading", ["gene,log2FoldChange,padj", "Gene.symbol,logFC,adj.P.Val", "symbol,logFC,FDR"]
)
def test_differential_expression_of_three_programs(tmp_path, heading):
    path = write(
        tmp_path, "de.csv", f"{heading}\nCXCL13,3.1,1e-8\nIL7,-0.5,0.01\nBTK,2,0.4\n,1,0\n"
    )
    records = {r.target: r for r in read(path)}
    assert set(records) == {"CXCL13", "IL7"}  # BTK does not differ
    assert (records["CXCL13"].score, records["CXCL13"].direction) == (1.0, "inhibit")
    assert (records["IL7"].score, records["IL7"].effect) == (0.25, "protective")


def matrix(groups: list[str], rows: dict[str, list[float]]) -> str:
    cells = "\t".join(f'"GSM{i}"' for i in range(len(groups)))
    said = "\t".join(f'"disease: {g}"' for g in groups)
    table = "\n".join(f'"{k}"\t' + "\t".join(map(str, v)) for k, v in rows.items())
    return (
        '!Series_title\t"glands"\n!Series_geo_accession\t"GSE1"\n'
        '!Series_status\t"Public on Aug 09 2016"\n'
        f"!Sample_title\t{cells}\n!Sample_characteristics_ch1\t{said}\n"
        f'!series_matrix_table_begin\n"ID_REF"\t{cells}\n{table}\n!series_matrix_table_end\n'
    )


GROUPS = ["pSS"] * 4 + ["healthy control"] * 4
ROWS = {
    "CXCL13": [9.0, 9.2, 9.1, 8.9, 5.0, 5.2, 4.9, 5.1],
    "GAPDH": [12.0, 12.1, 11.9, 12.0, 12.0, 12.1, 11.9, 12.0],
}


def test_a_series_matrix_finds_who_is_ill(tmp_path):
    path = tmp_path / "GSE1_series_matrix.txt.gz"
    path.write_bytes(gzip.compress(matrix(GROUPS, ROWS).encode()))
    (record,) = read(path)
    assert record.target == "CXCL13"
    assert record.source == "GSE1"
    assert record.date == date(2016, 8, 9)
    assert record.score == 1.0
    assert "log2 fold 4" in record.detail


def test_intensities_are_turned_into_logarithms(tmp_path):
    raw = {gene: [2.0**v for v in values] for gene, values in ROWS.items()}
    path = write(tmp_path, "GSE1_series_matrix.txt", matrix(GROUPS, raw))
    assert read_series(path).levels.loc["CXCL13"].iloc[0] == pytest.approx(9.0)


def test_probes_become_genes_by_the_annotation(tmp_path):
    probes = {
        "1_at": ROWS["CXCL13"],
        "2_at": [v - 3 for v in ROWS["CXCL13"]],
        "3_at": ROWS["GAPDH"],
    }
    path = write(tmp_path, "GSE1_series_matrix.txt", matrix(GROUPS, probes))
    table = write(
        tmp_path, "GPL1.csv", "ID,Gene symbol\n1_at,CXCL13\n2_at,CXCL13 /// X\n3_at,GAPDH\n"
    )
    (record,) = read(path, annotation=table)
    assert record.target == "CXCL13"


def test_groups_that_cannot_be_told_are_refused_with_what_samples_say(tmp_path):
    path = write(tmp_path, "GSE1_series_matrix.txt", matrix(["A"] * 4 + ["B"] * 4, ROWS))
    with pytest.raises(SpecError, match=r"0 patients and 0 controls.*disease: A"):
        read(path)
    assert read(path, case="disease: A", control="disease: B")[0].target == "CXCL13"


def test_a_pointer_instead_of_a_matrix_is_named(tmp_path):
    path = write(tmp_path, "x_series_matrix.txt", "version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(SpecError, match="Git LFS pointer"):
        read(path)


def test_welch_and_benjamini_hochberg_agree_with_statsmodels():
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.weightstats import ttest_ind

    rng = np.random.default_rng(5)
    cases = pd.DataFrame(rng.normal(1, 1, (20, 6)))
    controls = pd.DataFrame(rng.normal(0, 2, (20, 9)))
    _, adjusted = compare(cases, controls)
    rows = zip(cases.to_numpy(), controls.to_numpy(), strict=True)
    p = [ttest_ind(a, b, usevar="unequal")[1] for a, b in rows]
    np.testing.assert_allclose(adjusted, multipletests(p, method="fdr_bh")[1], rtol=1e-10)


# ── Open Targets ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def download(tmp_path):
    for name, table in {
        "evidence/sourceId=eva": pd.DataFrame(
            {
                "targetId": ["ENSG1", "ENSG2", "ENSG1"],
                "diseaseId": ["EFO_0000699", "EFO_0000699", "EFO_1"],
                "datasourceId": "eva",
                "datatypeId": "genetic_association",
                "score": [0.9, 0.4, 0.8],
                "publicationDate": ["2019-03-01", None, "2020-01-01"],
                "variantEffect": ["LoF", "GoF", None],
                "directionOnTrait": ["risk", "risk", None],
            }
        ),
        "target": pd.DataFrame({"id": ["ENSG1", "ENSG2"], "approvedSymbol": ["TNFAIP3", "IRF5"]}),
        "association_by_datasource_direct": pd.DataFrame(
            {
                "targetId": ["ENSG1"],
                "diseaseId": ["EFO_0000699"],
                "datasourceId": ["eva"],
                "score": [0.55],
            }
        ),
    }.items():
        folder = tmp_path / "ot" / name
        folder.mkdir(parents=True)
        table.to_parquet(folder / "part-0.parquet")
    return tmp_path / "ot"


def test_a_download_is_read_with_symbols_dates_and_direction(download):
    records = {r.target: r for r in read(download, disease_ids=("EFO_0000699",))}
    assert set(records) == {"TNFAIP3", "IRF5"}
    brake, driver = records["TNFAIP3"], records["IRF5"]
    assert (brake.effect, brake.direction, brake.date) == (
        "protective",
        "activate",
        date(2019, 3, 1),
    )
    assert (driver.effect, driver.direction, driver.date) == ("risk", "inhibit", None)
    assert driver.kind == "genetics"
    assert "CC0" in driver.licence


def test_all_diseases_are_read_when_none_is_named(download):
    assert len(read(download)) == 3


def test_associations_serve_where_there_is_no_evidence(download):
    (record,) = read(download / "association_by_datasource_direct")
    assert (record.target, record.score) == ("ENSG1", 0.55)


def test_associations_in_the_shape_of_2026(tmp_path):
    table = pd.DataFrame(
        {
            "targetId": ["ENSG1", "ENSG1"],
            "diseaseId": ["EFO_1", "EFO_1"],
            "aggregationType": ["datasourceId", "overall"],
            "aggregationValue": ["impc", "None"],
            "associationScore": [0.3, 0.2],
        }
    )
    table.to_parquet(tmp_path / "a.parquet")
    (record,) = read(tmp_path / "a.parquet")
    assert (record.datasource, record.score) == ("impc", 0.3)


def test_a_disease_that_is_not_there_is_said(download):
    with pytest.raises(SpecError, match="no rows for EFO_9"):
        read(download, disease_ids=("EFO_9",))


def test_parquet_of_something_else_is_refused(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(SpecError, match="column 'targetId' is missing"):
        read(tmp_path / "x.parquet")
    (tmp_path / "broken.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(SpecError, match="DuckDB cannot read it"):
        read(tmp_path / "broken.parquet")


# ── any file ─────────────────────────────────────────────────────────────────────────────────


def test_a_file_of_no_known_form_lists_the_forms(tmp_path):
    path = write(tmp_path, "x.csv", "a,b\n1,2\n")
    with pytest.raises(SpecError, match=r"fit no form of evidence.*GEO series matrix"):
        read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(SpecError, match="holds no Parquet"):
        read(tmp_path)
