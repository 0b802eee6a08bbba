"""Regions of a trial share a part of its placebo response; the whole spread stays what it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tolerogen.diseases import Disease, load_disease
from tolerogen.patients.placebo import Placebo, read_placebo, regional_response, trial_response

PATIENTS = np.arange(400)


@pytest.fixture
def sjogren() -> Disease:
    return load_disease("sjogren")


def shared(placebo: Placebo, share: float) -> Placebo:
    return replace(placebo, response=replace(placebo.response, regional_share=share))


def test_without_a_share_there_are_no_regions(sjogren: Disease) -> None:
    placebo = shared(read_placebo(sjogren.folder), 0.0)
    assert not any(part.any() for part in regional_response(placebo, 1, 0, PATIENTS))


def test_patients_of_a_region_share_it(sjogren: Disease) -> None:
    placebo = shared(read_placebo(sjogren.folder), 0.5)
    domains, scales = regional_response(placebo, 1, 3, PATIENTS)
    assert len(np.unique(domains)) == placebo.response.regions
    ratio = placebo.response.scale_trial_sd / placebo.response.trial_sd
    assert scales == pytest.approx(domains * ratio)
    alone = regional_response(placebo, 1, 3, PATIENTS[7:8])[0]
    assert alone[0, 0] == domains[7, 0]


def test_the_variance_of_a_patient_stays_that_of_trials(sjogren: Disease) -> None:
    placebo = shared(read_placebo(sjogren.folder), 0.4)
    one = np.array([5])
    strengths = [
        trial_response(placebo, 1, r).domains + regional_response(placebo, 1, r, one)[0][0, 0]
        for r in range(1500)
    ]
    r = placebo.response
    assert np.mean(strengths) == pytest.approx(r.mean, abs=5 * r.trial_sd / np.sqrt(1500))
    assert np.std(strengths) == pytest.approx(r.trial_sd, rel=0.08)
