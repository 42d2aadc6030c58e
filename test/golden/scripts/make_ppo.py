"""Numbers for the pieces of PPO that make_fixtures.py leaves: the whole loss through two models, β over many batches, and what optimizers do.

    python make_ppo.py

After make_fixtures.py, whose models it reads.
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

fixtures = Path(__file__).resolve().parent.parent / "fixtures"


def plain(value):
    return value.detach().tolist() if isinstance(value, torch.Tensor) else np.asarray(value).tolist()


def write(name, content):
    (fixtures / name).write_text(json.dumps({"versions": {"torch": torch.__version__, "numpy": np.__version__}, **content}, default=plain) + "\n")


def adam():
    """Six steps on gradients so small that ε counts, with PyTorch's ε and with TensorFlow's, which is PyTorch's with ε̂/√(1 − β₂ᵗ) at step t."""
    generator = torch.Generator().manual_seed(20)
    start = torch.randn(4, 3, generator=generator)
    gradients = [10 ** torch.empty(4, 3).uniform_(-7, -4, generator=generator) * torch.randn(4, 3, generator=generator).sign() for _ in range(6)]
    lr, beta1, beta2, eps = 1e-2, 0.9, 0.999, 1e-5
    runs = {}
    for form in ("pytorch", "tensorflow"):
        parameter = torch.nn.Parameter(start.clone())
        optimizer = torch.optim.AdamW([parameter], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=0.0, foreach=False)
        states = []
        for t, gradient in enumerate(gradients, 1):
            optimizer.param_groups[0]["eps"] = eps / (1 - beta2**t) ** 0.5 if form == "tensorflow" else eps
            parameter.grad = gradient.clone()
            optimizer.step()
            states.append(parameter.detach().clone())
        runs[form] = states
    # The same by the formulas as TensorFlow documents them, in double precision.
    x, m, v = start.double().numpy(), 0, 0
    for t, gradient in enumerate(gradients, 1):
        g = gradient.double().numpy()
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        x = x - lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * m / (v**0.5 + eps)
    assert np.allclose(x, runs["tensorflow"][-1].numpy(), atol=1e-6)
    assert not np.allclose(runs["pytorch"][-1].numpy(), runs["tensorflow"][-1].numpy(), atol=1e-3)
    write("adam.json", {"lr": lr, "betas": [beta1, beta2], "eps": eps, "start": start, "gradients": gradients, **runs})


def moving_average():
    """torch's own averaged model over five changes of weights."""
    generator = torch.Generator().manual_seed(21)
    model = torch.nn.Linear(3, 2, bias=False)
    model.weight.data = torch.randn(2, 3, generator=generator)
    decay = 0.8
    averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(decay))
    averaged.update_parameters(model)  # The first one copies.
    weights, averages = [model.weight.detach().clone()], [averaged.module.weight.detach().clone()]
    for _ in range(5):
        model.weight.data = model.weight.data + torch.randn(2, 3, generator=generator)
        averaged.update_parameters(model)
        weights.append(model.weight.detach().clone())
        averages.append(averaged.module.weight.detach().clone())
    return {"decay": decay, "weights": [w.flatten() for w in weights], "averages": [a.flatten() for a in averages]}


def adaptive_kl():
    """Ziegler et al. 2019, section 2.2, with torch's clamp: K_β = 0.1 there is n/horizon here."""
    generator = torch.Generator().manual_seed(22)
    kls = 6 * torch.exp(0.5 * torch.randn(12, generator=generator, dtype=torch.float64))
    beta, target, horizon, episodes, betas = torch.tensor(0.15, dtype=torch.float64), 6.0, 10000, 512, []
    for kl in kls:
        beta = beta * (1 + torch.clamp(kl / target - 1, -0.2, 0.2) * episodes / horizon)
        betas.append(beta.item())
    return {"kls": kls, "start": 0.15, "targetKl": target, "klHorizon": horizon, "episodes": episodes, "betas": betas}


def whole_loss():
    """One minibatch of four episodes through llama-tied (policy) and llama-reward (critic), a row at a time without padding: the loss of
    Schulman et al. 2017, eq. 9, its parts, and the gradient of every parameter of both."""
    policy = AutoModelForCausalLM.from_pretrained(fixtures / "llama-tied").eval()
    critic = AutoModelForSequenceClassification.from_pretrained(fixtures / "llama-reward", num_labels=1).eval()
    generator = torch.Generator().manual_seed(23)
    temperature, clip_range, clip_value, vf_coef, entropy_coef, lengths = 0.7, 0.2, 0.2, 0.1, 0.01, [(5, 6), (2, 3), (4, 1), (3, 5)]
    episodes = []
    for prompt, response in lengths:
        ids = torch.randint(3, 61, (1, prompt + response), generator=generator)
        # The states at which the response's tokens are decided: one before each.
        states = slice(prompt - 1, prompt + response - 1)
        logits = policy(input_ids=ids).logits[0, states] / temperature
        hidden = critic.base_model(input_ids=ids).last_hidden_state[0, states]
        values = critic.score(hidden)[:, 0]
        logprobs = logits.log_softmax(-1).gather(1, ids[0, prompt:, None])[:, 0]

        def near(x, scale):
            return (x.detach() + scale * torch.randn(response, generator=generator)).float()

        episodes.append({
            "prompt": ids[0, :prompt], "response": ids[0, prompt:], "logprobs": logprobs, "values": values,
            "entropy": torch.logsumexp(logits, -1) - (logits.softmax(-1) * logits).sum(-1),
            "oldLogprobs": near(logprobs, 0.3), "oldValues": near(values, 0.3),
            "advantages": torch.randn(response, generator=generator), "returns": near(values, 1.0),
        })
    joined = {key: torch.cat([episode[key] for episode in episodes]) for key in ("logprobs", "values", "entropy", "oldLogprobs", "oldValues", "advantages", "returns")}
    log_ratio = joined["logprobs"] - joined["oldLogprobs"]
    ratio = log_ratio.exp()
    plain_policy, clipped_policy = -joined["advantages"] * ratio, -joined["advantages"] * ratio.clamp(1 - clip_range, 1 + clip_range)
    policy_loss = torch.maximum(plain_policy, clipped_policy).mean()
    near_old = joined["oldValues"] + (joined["values"] - joined["oldValues"]).clamp(-clip_value, clip_value)
    plain_value, clipped_value = (joined["values"] - joined["returns"]) ** 2, (near_old - joined["returns"]) ** 2
    value_loss = 0.5 * torch.maximum(plain_value, clipped_value).mean()
    loss = policy_loss + vf_coef * value_loss - entropy_coef * joined["entropy"].mean()
    loss.backward()
    gradients = {f"policy.{key}": p.grad for key, p in policy.named_parameters()} | {f"critic.{key}": p.grad for key, p in critic.named_parameters()}
    norm = torch.sqrt(sum((g**2).sum() for g in gradients.values()))
    save_file({key: g.contiguous().clone() for key, g in gradients.items()}, fixtures / "ppo-models.safetensors")
    metrics = {
        "loss": loss, "loss/policy_avg": policy_loss, "loss/value_avg": value_loss, "policy/entropy_avg": joined["entropy"].mean(),
        "policy/approxkl_avg": 0.5 * (log_ratio**2).mean(), "policy/clipfrac_avg": (clipped_policy > plain_policy).float().mean(),
        "val/clipfrac_avg": (clipped_value > plain_value).float().mean(), "val/ratio": ratio.mean(), "val/ratio_var": ratio.var(correction=0), "grad_norm": norm,
    }
    settings = {"temperature": temperature, "clipRange": clip_range, "clipRangeValue": clip_value, "vfCoef": vf_coef, "entropyCoef": entropy_coef}
    given = [{key: e[key] for key in ("prompt", "response", "logprobs", "values", "oldLogprobs", "oldValues", "advantages", "returns")} for e in episodes]
    write("ppo-models.json", {"settings": settings, "episodes": given, "metrics": {key: value.item() for key, value in metrics.items()}})


adam()
write("ppo-course.json", {"movingAverage": moving_average(), "adaptiveKl": adaptive_kl()})
whole_loss()
