"""Spearman's rho for lib/agreement/rank-correlation.ts: scipy's, and Bonett and Wright's interval from it, written out again.

    pip install numpy scipy
    python make_rank_correlation.py
"""
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.stats import norm, spearmanr

rng = np.random.default_rng(11)


def case(name, x, y):
    n = len(x)
    rho = spearmanr(x, y).statistic
    half = norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) + half * np.array([-1, 1]))
    return {"name": name, "x": np.asarray(x).tolist(), "y": np.asarray(y).tolist(), "rho": rho, "low": low, "high": high}


def grades_of(scores, noise, points):
    edges = np.quantile(scores, np.linspace(0, 1, points + 1)[1:-1])
    return 1 + np.digitize(scores + noise * rng.normal(size=len(scores)), edges)


scores = rng.normal(size=60)
cases = [
    case("no ties", rng.normal(size=25), rng.normal(size=25)),
    case("five grades against scores", grades_of(scores, 0.7, 5), scores),
    case("safe or not against scores", (scores + rng.normal(size=60) > -0.5).astype(int), scores),
    case("grades that run against scores", 6 - grades_of(scores[:12], 0.3, 5), scores[:12]),
]
out = Path(__file__).parent.parent / "fixtures" / "rank-correlation.json"
out.write_text(json.dumps({"versions": {name: version(name) for name in ("numpy", "scipy")}, "cases": cases}, indent=1) + "\n")
