"""Numbers for what is learned from comparisons: calibration (numpy) and the DPO loss (torch, double precision).

    python make_preferences.py
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

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


def dpo_loss(a, b, ref_a, ref_b, share, beta, smoothing):
    """Rafailov et al. 2023, eq. 7, for either side preferred, mixed by the share of labels for A (eq. 3 of Mitchell's note for the smoothing)."""
    logits = beta * ((a - ref_a) - (b - ref_b))
    prefers_a = -(1 - smoothing) * F.logsigmoid(logits) - smoothing * F.logsigmoid(-logits)
    prefers_b = -(1 - smoothing) * F.logsigmoid(-logits) - smoothing * F.logsigmoid(logits)
    return (share * prefers_a + (1 - share) * prefers_b).mean()


def dpo_alone():
    """The loss on given log-probabilities, case by case, in double precision."""
    generator = torch.Generator().manual_seed(6)
    a, b, ref_a, ref_b = ((-20 + 6 * torch.randn(8, generator=generator)).double() for _ in range(4))
    a.requires_grad_(), b.requires_grad_()
    hard = torch.tensor([1, 0, 1, 1, 0, 0, 1, 0], dtype=torch.float64)
    soft = torch.tensor([1, 0, 0.5, 1, 0.75, 0.5, 1, 0], dtype=torch.float64)
    cases = []
    for name, share, beta, smoothing in (("hard", hard, 0.1, 0.0), ("ties", soft, 0.1, 0.0), ("smoothed", hard, 0.5, 0.1), ("ties, smoothed", soft, 1.0, 0.2)):
        loss = dpo_loss(a, b, ref_a, ref_b, share, beta, smoothing)
        grad_a, grad_b = torch.autograd.grad(loss, (a, b))
        cases.append({"name": name, "chosenShare": share, "beta": beta, "labelSmoothing": smoothing, "loss": loss.item(), "gradA": grad_a, "gradB": grad_b})
    return {"logprobsA": a, "logprobsB": b, "refLogprobsA": ref_a, "refLogprobsB": ref_b, "cases": cases}


def dpo_model():
    """Three pairs (A, B, tie) through transformers' model of llama-tied, no padding anywhere: a row at a time. The reference's numbers are given."""
    model = AutoModelForCausalLM.from_pretrained(fixtures / "llama-tied").eval()
    generator = torch.Generator().manual_seed(8)

    def example(prompt, response):
        return {"prompt": torch.randint(3, 61, (prompt,), generator=generator).tolist(), "response": torch.randint(3, 61, (response,), generator=generator).tolist() + [2]}

    pairs = [{"a": example(4, 6), "b": example(4, 3)}, {"a": example(2, 1), "b": example(2, 9)}, {"a": example(5, 5), "b": example(5, 4)}]
    share = torch.tensor([1.0, 0.0, 0.5])
    beta, smoothing = 0.3, 0.05

    def logprobs(of):
        ids = torch.tensor([of["prompt"] + of["response"]])
        logits = model(input_ids=ids).logits[0, len(of["prompt"]) - 1:-1]
        picked = logits.log_softmax(-1).gather(1, torch.tensor(of["response"])[:, None]).sum()
        return picked, logits.mean().item()

    (a, logits_a), (b, logits_b) = (zip(*(logprobs(pair[side]) for pair in pairs)) for side in "ab")
    a, b = torch.stack(a), torch.stack(b)
    ref_a, ref_b = a.detach() + torch.tensor([-0.5, 0.3, 0.1]), b.detach() + torch.tensor([0.4, -0.2, 0.6])
    loss = dpo_loss(a, b, ref_a, ref_b, share, beta, smoothing)
    loss.backward()
    save_file({f"grad.{key}": parameter.grad.contiguous().clone() for key, parameter in model.named_parameters()}, fixtures / "dpo.safetensors")
    # Of the two pairs that are decided: A is chosen in the first, B in the second.
    rewards_a, rewards_b = (beta * (x.detach() - ref) for x, ref in ((a, ref_a), (b, ref_b)))
    chosen, rejected = torch.stack([rewards_a[0], rewards_b[1]]), torch.stack([rewards_b[0], rewards_a[1]])
    metrics = {
        "rewards/chosen": chosen.mean(), "rewards/rejected": rejected.mean(), "rewards/margins": (chosen - rejected).mean(),
        "rewards/accuracies": (chosen > rejected).float().mean(), "logps/chosen": (a[0] + b[1]).detach() / 2, "logps/rejected": (b[0] + a[1]).detach() / 2,
        "logits/chosen": torch.tensor((logits_a[0] + logits_b[1]) / 2), "logits/rejected": torch.tensor((logits_b[0] + logits_a[1]) / 2),
    }
    return {"pairs": pairs, "chosenShare": share, "refA": ref_a, "refB": ref_b, "beta": beta, "labelSmoothing": smoothing, "logprobsA": a, "logprobsB": b,
            "loss": loss.item(), "metrics": {key: value.item() for key, value in metrics.items()}}


calibration()
write("dpo.json", {"alone": dpo_alone(), "model": dpo_model()})
