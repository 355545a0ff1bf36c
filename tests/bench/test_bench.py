import math
from pathlib import Path

import pytest

from tests.bench.__main__ import PLATFORMS, measure
from tests.bench.figures import OURS, Measure, figure, paced, share, table
from tests.bench.rounds import Plan

TINY = Plan(messages=20, chats=5, warm=5, seconds=0.2, rates=(50,), runs=1)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_every_contestant_answers_and_every_figure_is_there(
    tmp_path: Path, name: str
) -> None:
    platform = PLATFORMS[name]
    found = await measure(TINY, tmp_path, [platform])
    assert {"python", "cpus", "platform", "date"} <= set(found["machine"])
    assert [one["unit"] for one in found["figures"]] == ["1/s", "ms", "ms", "ms", "MB"]
    keys = [one["key"] for one in found["figures"]]
    assert keys[:3] == [f"{name}_saturated", f"{name}_paced_p50", f"{name}_paced_p99"]
    assert "time zone" in found["plan"]["reply"][name]
    for one in found["figures"]:
        assert set(one["peers"]) == set(one["ratios"]) == set(platform.contestants) - {OURS}
        values = [one["ours"], *one["peers"].values(), *one["ratios"].values()]
        assert len(one["runs"]) == 1
        assert all(value >= 0 and math.isfinite(value) for value in values)
        assert one["ours"] > 0
        assert one["name"] in table(found["figures"])
    assert found["lost"] == {name: dict.fromkeys(platform.contestants, 0)}


def test_the_middle_run_counts_and_a_ratio_above_one_is_better() -> None:
    runs = [{OURS: {"x": ours}, "peer": {"x": 10.0}} for ours in (4.0, 5.0, 90.0)]
    assert figure("here", Measure("x", "wait", "ms"), runs)["ratios"] == {"peer": 2.0}
    assert figure("here", Measure("x", "speed", "1/s", more=True), runs)["ratios"] == {"peer": 0.5}


def test_a_share_of_sorted_values_is_one_of_them() -> None:
    assert share([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert share([1.0], 0.99) == 1.0


def test_a_wait_is_named_by_its_part_and_any_rate_but_the_first() -> None:
    assert paced("p50", 30, (30, 100)) == "paced_p50"
    assert paced("p99", 100, (30, 100)) == "paced_p99_100"
