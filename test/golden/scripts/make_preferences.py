"""Numbers for what is learned from comparisons: calibration (numpy) and the DPO loss (torch, double precision).

    python make_preferences.py
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

fixtures = Path(__file__).parent.parent / "fixtures"


def plain(value):
    return value.detach().tolist() if isinstance(value, torch.Tensor) else np.asarray(value).tolist()


def write(name, content):
    (fixtures / name).write_text(json.dumps({"versions": {"torch": torch.__version__, "numpy": np.__version__}, **content}, default=plain) + "\n")


def calibration():
    """Leads of an overconfident model. Bins as torchmetrics' and sklearn's calibration curves make them: equal widths, of the confidence."""
    rng = np.random.default_rng(3)
    leads = np.where(rng.random(400) < 0.7, 1, -1) * rng.exponential(1.5, 400)
    confidence = 1 / (1 + np.exp(-np.abs(leads)))
    right = (leads > 0).astype(float)
    edges = np.linspace(0.5, 1, 6)
    index = np.clip(np.digitize(confidence, edges) - 1, 0, 4)
    bins = [{"to": edges[b + 1], "pairs": int((index == b).sum()), "confidence": confidence[index == b].mean(), "accuracy": right[index == b].mean()} for b in range(5)]
    ece = sum(b["pairs"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / len(leads)
    write("calibration.json", {"leads": leads, "accuracy": right.mean(), "logLoss": np.logaddexp(0, -leads).mean(), "ece": ece, "bins": bins})


calibration()
