"""The peer's side of the random walks: the arms of walks-arms.ts in PyTorch, one run for every line, answered with its seconds.

As somebody who knows PyTorch would write it for so small a model: a plain GPT-2 with scaled dot-product attention, fused AdamW, everything
batched, sampling by whole forward passes (at eleven tokens a cache is no gain). The same numbers of everything as ours.
"""
import json
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

graph = json.loads((Path(__file__).parent.parent / "golden/fixtures/walks.json").read_text())
LETTERS = sorted(graph["edges"])
PAD, END = len(LETTERS), len(LETTERS) + 1
LONGEST = graph["longest"]
STARTS = sorted(graph["shortest"])
ids_of = {letter: i for i, letter in enumerate(LETTERS)}


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        B, T, width = x.shape
        q, k, v = self.attend(self.ln_1(x)).view(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.mix(mixed.transpose(1, 2).reshape(B, T, width))
        return x + self.down(F.gelu(self.up(self.ln_2(x)), approximate="tanh"))


class Gpt(nn.Module):
    """Token logits, or with `scalar` one number a position."""

    def __init__(self, scalar=False, width=64, heads=4, layers=2, positions=32):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(END + 1, width), nn.Embedding(positions, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.score = nn.Linear(width, 1, bias=False) if scalar else None
        for name, p in self.named_parameters():
            if p.dim() > 1:
                nn.init.normal_(p, 0, 0.02 / math.sqrt(2 * layers) if "mix" in name or "down" in name else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(p)
        if scalar:
            nn.init.normal_(self.score.weight, 0, 1 / math.sqrt(width + 1))

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return self.score(x).squeeze(-1) if self.score else x @ self.tokens.weight.T

    def with_body_of(self, other):
        self.load_state_dict({k: v for k, v in other.state_dict().items() if k != "score.weight"}, strict=False)
        return self


def optimizer_for(parameters, config):
    betas = (config.get("adamBeta1", 0.9), config.get("adamBeta2", 0.95))
    return torch.optim.AdamW(parameters, lr=config["learningRate"], betas=betas, eps=1e-5, weight_decay=0.0, fused=True)


def step(loss, parameters, optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()


def warm(at, total, share=0.05):
    """Linear warm-up and how far the rest has come."""
    warmup = max(1, round(share * total))
    return ((at + 1) / warmup, 0.0) if at < warmup else (1.0, (at - warmup) / max(1, total - warmup))


def rows_of(walks):
    """(N, 11): start, the rest, the end token, padding; and which columns are filled."""
    rows = [[ids_of[c] for c in walk.split()] + [END] for walk in walks]
    ids = torch.full((len(rows), LONGEST + 1), PAD)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids


def sft(config):
    model = Gpt()
    parameters = list(model.parameters())
    optimizer = optimizer_for(parameters, config)
    ids = rows_of(graph["walks"])
    size = config["batchSize"]
    total = config["numTrainEpochs"] * len(ids) // size
    at = 0
    for _ in range(config["numTrainEpochs"]):
        for rows in torch.randperm(len(ids)).split(size):
            batch = ids[rows]
            logits = model(batch[:, :-1])
            loss = F.cross_entropy(logits.reshape(-1, END + 1), batch[:, 1:].reshape(-1), ignore_index=PAD)
            up, gone = warm(at, total)
            step(loss, parameters, optimizer, config["learningRate"] * up * 0.5 * (1 + math.cos(math.pi * gone)))
            at += 1
    return model


@torch.inference_mode()
def sample(model, starts):
    """@returns ids (N, 11), padding after the end token; log-probabilities and mask (N, 10) of the tokens after the start"""
    ids = torch.full((len(starts), LONGEST + 1), PAD)
    ids[:, 0] = starts
    logprobs, mask = torch.zeros(len(starts), LONGEST), torch.zeros(len(starts), LONGEST)
    done = torch.zeros(len(starts), dtype=torch.bool)
    for t in range(LONGEST):
        logp = F.log_softmax(model(ids[:, : t + 1])[:, -1], -1)
        token = torch.multinomial(logp.exp(), 1).squeeze(-1)
        logprobs[:, t] = logp.gather(-1, token[:, None]).squeeze(-1).masked_fill(done, 0)
        mask[:, t] = (~done).float()
        ids[:, t + 1] = token.masked_fill(done, PAD)
        done |= token == END
        if done.all():
            break
    return ids.clone(), logprobs.clone(), mask.clone()


def optimality(ids):
    out = []
    for row in ids.tolist():
        length = LONGEST
        for i, node in enumerate(row):
            if node >= PAD or (i > 0 and LETTERS[node] not in graph["edges"][LETTERS[row[i - 1]]]):
                break
            if node == 0:
                length = min(i + 1, LONGEST)
                break
        out.append((LONGEST - length) / (LONGEST - graph["shortest"][LETTERS[row[0]]]))
    return torch.tensor(out)


def starts_of(times):
    return torch.tensor([ids_of[s] for s in STARTS]).repeat(times)


def last_of(ids):
    return (ids != PAD).sum(1) - 1


def scores_of(model, ids):
    return model(ids).gather(1, last_of(ids)[:, None]).squeeze(1)


def judged(model, pairs):
    starts = starts_of(math.ceil(pairs / len(STARTS)))
    a, b = sample(model, starts)[0][:pairs], sample(model, starts)[0][:pairs]
    lead = optimality(a) - optimality(b)
    coin, slip = torch.rand(pairs) < 0.5, torch.rand(pairs) < 0.1
    first = torch.where(lead == 0, coin, (lead > 0) ^ slip)
    return torch.where(first[:, None], a, b), torch.where(first[:, None], b, a)


def reward_model(body, chosen, rejected, config):
    different = (chosen != rejected).any(1)
    chosen, rejected = chosen[different], rejected[different]
    model = Gpt(scalar=True).with_body_of(body)
    parameters = list(model.parameters())
    optimizer = optimizer_for(parameters, config)
    size = config["batchSize"]
    per_epoch = math.ceil(len(chosen) / size)
    total, at = config["numTrainEpochs"] * per_epoch, 0
    for _ in range(config["numTrainEpochs"]):
        for rows in torch.randperm(len(chosen)).split(size):
            better, worse = scores_of(model, torch.cat([chosen[rows], rejected[rows]])).chunk(2)
            loss = -F.logsigmoid(better - worse).mean() + config["centerRewardsCoefficient"] * ((better + worse) ** 2).mean()
            up, gone = warm(at, total)
            step(loss, parameters, optimizer, config["learningRate"] * up * (1 - gone))
            at += 1
    with torch.inference_mode():
        reference = scores_of(model, sample(body, starts_of(20))[0])
    return model, reference.mean().item(), reference.std(correction=0).item()


def logprobs_of(model, ids):
    logits = model(ids[:, :-1])
    logp = F.log_softmax(logits, -1)
    return logp.gather(-1, ids[:, 1:, None]).squeeze(-1)


def ppo(start, reference, reward, score, iterations, beta, config):
    """`score` of ids; `reward` lends the critic its weights."""
    policy, critic = Gpt().with_body_of(start), Gpt(scalar=True)
    critic.load_state_dict(reward.state_dict())
    parameters = [*policy.parameters(), *critic.parameters()]
    optimizer = optimizer_for(parameters, config)
    rows, size = config["batchSize"], config["batchSize"] // config["numMiniBatches"]
    queue = torch.empty(0, dtype=torch.long)
    for iteration in range(iterations):
        while len(queue) < rows:
            queue = torch.cat([queue, starts_of(1)[torch.randperm(len(STARTS))]])
        starts, queue = queue[:rows], queue[rows:]
        ids, old, mask = sample(policy, starts)
        with torch.no_grad():
            ended = (ids == END).any(1)
            scores = torch.where(ended, score(ids), torch.tensor(-config["missingEosPenalty"]))
            kl = (old - logprobs_of(reference, ids)) * mask
            values = critic(ids[:, :-1]) * mask
            rewards = -beta * kl
            rewards[torch.arange(rows), last_of(ids) - 1] += scores
            advantages, running = torch.zeros_like(rewards), torch.zeros(rows)
            for t in reversed(range(LONGEST)):
                following = values[:, t + 1] if t + 1 < LONGEST else 0.0
                running = (rewards[:, t] + config["gamma"] * following - values[:, t] + config["gamma"] * config["gaeLambda"] * running) * mask[:, t]
                advantages[:, t] = running
            returns = advantages + values
            mean = (advantages * mask).sum() / mask.sum()
            variance = (((advantages - mean) * mask) ** 2).sum() / mask.sum()
            advantages = (advantages - mean) / (variance + 1e-8).sqrt()
        clip, near = config["clipRange"], config["clipRangeValue"]
        for _ in range(config["numPpoEpochs"]):
            for part in torch.randperm(rows).split(size):
                m, batch = mask[part], ids[part]
                ratio = (logprobs_of(policy, batch) - old[part]).exp()
                surrogate = torch.max(-advantages[part] * ratio, -advantages[part] * ratio.clamp(1 - clip, 1 + clip))
                value = critic(batch[:, :-1])
                bounded = values[part] + (value - values[part]).clamp(-near, near)
                error = torch.max((value - returns[part]) ** 2, (bounded - returns[part]) ** 2)
                loss = ((surrogate + config["vfCoef"] * 0.5 * error) * m).sum() / m.sum()
                step(loss, parameters, optimizer, config["learningRate"] * (1 - iteration / iterations))
    return policy


def run(spec):
    torch.manual_seed(spec["seed"])
    started = time.perf_counter()
    reference = sft(spec["sft"])
    policy, pairs = reference, []
    iterations = spec["iterations"] // spec["rounds"]
    for _ in range(spec["rounds"]):
        if spec["arm"] == "true":
            reward, score = Gpt(scalar=True).with_body_of(reference), optimality
        else:
            pairs.append(judged(policy, spec["pairs"] // spec["rounds"]))
            chosen, rejected = (torch.cat(side) for side in zip(*pairs))
            reward, mean, std = reward_model(reference, chosen, rejected, spec["reward"])
            score = lambda ids, reward=reward, mean=mean, std=std: (scores_of(reward, ids) - mean) / std
        start = policy if spec["ppo"]["startFrom"] == "previous" else reference
        policy = ppo(start, reference, reward, score, iterations, spec["beta"], spec["ppo"])
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "gold": optimality(sample(policy, starts_of(50))[0]).mean().item()}


for line in sys.stdin:
    try:
        answer = run(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
