"""Numbers for lib/agreement, lib/ranking and lib/statistics from packages that have them, and from scipy's optimiser where none has.

    pip install numpy==1.26.4 scipy==1.12.0 statsmodels==0.15.0 krippendorff==0.9.0 irrCAC==0.4.4 evalica==0.4.2 pandas==2.3.3
    python make_statistics.py
"""
import json
from importlib.metadata import version
from pathlib import Path

import evalica
import krippendorff
import numpy as np
import pandas as pd
import statsmodels.api as sm
from irrCAC.raw import CAC
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binomtest, norm
from statsmodels.stats.inter_rater import cohens_kappa

rng = np.random.default_rng(6)
fixtures = Path(__file__).parent.parent / "fixtures"


def plain(value):
    return value.item() if isinstance(value, np.generic) else np.asarray(value).tolist()


def ratings():
    """Seven raters on 80 units, a true grade 1 to 5 plus noise, some raters worse than others, half of the ratings missing."""
    truth = rng.integers(1, 6, 80)
    noise = np.array([0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 2.0])
    grades = np.clip(np.rint(truth + noise[:, None] * rng.normal(size=(7, 80))), 1, 5)
    grades[rng.random((7, 80)) < 0.5] = np.nan
    return grades


def alpha(grades):
    return {metric: krippendorff.alpha(reliability_data=grades, level_of_measurement=metric) for metric in ("nominal", "ordinal", "interval")}


def kappa():
    table = rng.poisson(3, (5, 5)) + 12 * np.eye(5, dtype=int)
    found = {"none": cohens_kappa(table), "linear": cohens_kappa(table, wt="linear"), "quadratic": cohens_kappa(table, wt="quadratic")}
    return {"table": table, **{name: {"kappa": r.kappa, "standardError": r.std_kappa} for name, r in found.items()}}


def fleiss(grades):
    estimate = CAC(pd.DataFrame(grades.T)).fleiss()["est"]
    return {"kappa": estimate["coefficient_value"], "observed": estimate["pa"], "expected": estimate["pe"]}


def games():
    """300 comparisons of eight models, a quarter of them ties, with two covariates that matter."""
    strengths = np.linspace(-1, 1, 8)
    left, right = np.array([rng.choice(8, 2, replace=False) for _ in range(300)]).T
    style = np.column_stack([rng.uniform(-1, 1, 300), rng.normal(0, 0.4, 300)])
    lead = strengths[left] - strengths[right] + style @ [0.8, -0.5]
    outcome = np.where(rng.random(300) < 0.25, 0.5, rng.random(300) < expit(lead))
    return left, right, outcome, style


def board(left, right, outcome, style=None):
    """A binomial GLM, its last model as reference; then as log-strengths of mean 0. With ties as halves."""
    design = np.zeros((len(left), 8))
    design[np.arange(len(left)), left] = 1
    design[np.arange(len(left)), right] -= 1
    matrix = design[:, :7] if style is None else np.column_stack([design[:, :7], style])
    fit = sm.GLM(outcome, matrix, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=100)
    contrast = np.vstack([np.eye(7), np.zeros(7)]) - 1 / 8
    covariance = fit.cov_params()
    result = {"logStrengths": contrast @ fit.params[:7], "standardErrors": np.sqrt(np.diag(contrast @ covariance[:7, :7] @ contrast.T))}
    if style is not None:
        result["style"] = {"logOdds": fit.params[7:], "standardErrors": np.sqrt(np.diag(covariance)[7:])}
    return result


def davidson(left, right, outcome, models):
    """Davidson (1970), the likelihood as printed, log ν last; standard errors by a numerical Hessian of it."""
    def loss(x):
        pi, nu = np.exp(np.append(x[: models - 1], 0)), np.exp(x[-1])
        a, b = pi[left], pi[right]
        tie = nu * np.sqrt(a * b)
        return -np.log(np.where(outcome == 1, a, np.where(outcome == 0, b, tie)) / (a + b + tie)).sum()

    found = minimize(loss, np.zeros(models), method="BFGS", options={"gtol": 1e-9})
    x = minimize(loss, found.x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 40000, "maxfev": 40000}).x
    from statsmodels.tools.numdiff import approx_hess

    covariance = np.linalg.inv(approx_hess(x, loss))
    contrast = np.vstack([np.eye(models - 1), np.zeros(models - 1)]) - 1 / models
    return {
        "logStrengths": contrast @ x[: models - 1],
        "standardErrors": np.sqrt(np.diag(contrast @ covariance[: models - 1, : models - 1] @ contrast.T)),
        "tieParameter": np.exp(x[-1]),
        "logLikelihood": -loss(x),
    }


def elo(left, right, outcome):
    rating = np.full(8, 1000.0)
    for a, b, y in zip(left, right, outcome):
        change = 4 * (y - 1 / (1 + 10 ** ((rating[b] - rating[a]) / 400)))
        rating[a] += change
        rating[b] -= change
    return rating


def rankings():
    left, right, outcome, style = games()
    winners = [evalica.Winner.X if y == 1 else evalica.Winner.Y if y == 0 else evalica.Winner.Draw for y in outcome]
    scores = evalica.bradley_terry(left.tolist(), right.tolist(), winners, win_weight=1.0, tie_weight=0.5, tolerance=1e-12, limit=100_000).scores.sort_index()
    scale = np.sqrt((style**2).mean(0))
    return {
        "left": left, "right": right, "outcome": outcome, "style": style,
        "half": {**board(left, right, outcome), "scores": scores / scores.sum()},
        "styled": {**board(left, right, outcome, style / scale), "scale": scale},
        "davidson": davidson(left, right, outcome, 8),
        "elo": elo(left, right, outcome),
    }


def length():
    lengths = rng.integers(20, 400, (120, 2))
    ratio = np.log2((lengths[:, 0] + 1) / (lengths[:, 1] + 1))
    left = rng.random(120) < expit(0.3 + 0.6 * ratio)
    fit = sm.Logit(left.astype(float), sm.add_constant(ratio)).fit(disp=0, tol=1e-14, method="newton")
    low, high = fit.conf_int()[1]
    return {"lengths": lengths, "left": left, "logOdds": fit.params[1], "low": low, "high": high}


def small():
    coins = [(0, 1), (5, 5), (7, 20), (10, 20), (260, 400), (2911, 5460)]
    answers, agreed = np.array([40, 40, 40, 40, 40]), np.array([33, 30, 29, 27, 24])
    table = sm.stats.Table(np.column_stack([agreed, answers - agreed])).test_ordinal_association(row_scores=np.arange(5), col_scores=np.array([1, 0]))
    # statsmodels' variance is the hypergeometric one: N − 1 for N.
    return {
        "coins": [{"heads": k, "n": n, "p": binomtest(k, n).pvalue} for k, n in coins],
        "twoSided": [{"z": z, "p": 2 * norm.sf(abs(z))} for z in (0, 0.1, -1, 1.959963984540054, 2.5, -2.9, 4, 8)],
        "trend": {"answers": answers, "agreed": agreed, "z": table.zscore * np.sqrt(answers.sum() / (answers.sum() - 1))},
    }


# Dawid and Skene (1979), table 1: 45 patients; three grades by the first anaesthetist, one by each of four others.
ANAESTHETISTS = """1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111
1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233
1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222""".split()


def dawid_skene():
    """EM on a dense table of counts (patients, observers, grades), to the last digit."""
    counts = np.zeros((45, 5, 4))
    for patient, grades in enumerate(ANAESTHETISTS):
        for observer, grade in zip((0, 0, 0, 1, 2, 3, 4), grades):
            counts[patient, observer, int(grade) - 1] += 1
    classes = counts.sum(1) / counts.sum((1, 2))[:, None]
    for _ in range(20_000):
        priors = classes.mean(0)
        errors = np.einsum("ic,iol->ocl", classes, counts)
        errors /= errors.sum(2, keepdims=True)
        joint = priors * (errors[None] ** counts[:, :, None]).prod((1, 3))
        classes = joint / joint.sum(1, keepdims=True)
    return {"patients": ANAESTHETISTS, "priors": priors, "confusion": errors, "posteriors": classes, "logLikelihood": np.log(joint.sum(1)).sum()}


def main():
    grades = ratings()
    names = ("numpy", "scipy", "statsmodels", "krippendorff", "irrCAC", "evalica")
    content = {
        "versions": {name: version(name) for name in names},
        "grades": [[None if np.isnan(x) else int(x) for x in row] for row in grades],
        "alpha": alpha(grades), "kappa": kappa(), "fleiss": fleiss(grades), "dawidSkene": dawid_skene(),
        "rankings": rankings(), "length": length(), "small": small(),
    }
    (fixtures / "statistics.json").write_text(json.dumps(content, default=plain) + "\n")


main()
