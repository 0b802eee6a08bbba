"""Sequences of the protein chains of a PDB file: SEQRES, or the residues seen."""

from __future__ import annotations

from collections.abc import Iterable

from tolerogen.antibodies.records import SequenceRecord

ONE_LETTER = {
    "ALA": "A", "ARG": "R", "ASN": "N", "ASP": "D", "CYS": "C", "GLN": "Q", "GLU": "E", "GLY": "G",
    "HIS": "H", "ILE": "I", "LEU": "L", "LYS": "K", "MET": "M", "PHE": "F", "PRO": "P", "SER": "S",
    "THR": "T", "TRP": "W", "TYR": "Y", "VAL": "V", "MSE": "M", "PCA": "Q",
}  # fmt: skip


def parse_pdb(lines: Iterable[str], name: str) -> list[SequenceRecord]:
    """Read the chains of a PDB file, ids as ``name_A``; unknown residues become ``X``."""
    stated: dict[str, str] = {}
    seen: dict[str, str] = {}
    last: dict[str, str] = {}
    for line in lines:
        if line.startswith("SEQRES"):
            letters = "".join(ONE_LETTER.get(code, "X") for code in line[19:].split())
            stated[line[11]] = stated.get(line[11], "") + letters
        elif line.startswith(("ATOM", "HETATM")) and line[12:16].strip() == "CA":
            chain, residue = line[21], line[22:27]
            code = line[17:20].strip()
            if last.get(chain) != residue and (line.startswith("ATOM") or code in ONE_LETTER):
                seen[chain] = seen.get(chain, "") + ONE_LETTER.get(code, "X")
                last[chain] = residue
        elif line.startswith("ENDMDL"):
            break
    chains = stated or seen
    return [SequenceRecord(f"{name}_{chain.strip() or '1'}", s) for chain, s in chains.items()]
