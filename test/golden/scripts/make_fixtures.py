"""Writes test/golden/fixtures: what PyTorch and transformers compute, for our own numerics to be compared with.

    pip install torch==2.13.0 transformers==5.23.0 peft==0.18.0 safetensors numpy
    python make_fixtures.py [path of shared/data]

Versions are written into every file. Formulas stand here as in the papers, in plain torch; nothing is shared with the code
under test. Layout: see ../fixtures/README.md.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import (
    AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, GPT2Config, LlamaConfig, Qwen2Config,
)
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

transformers.logging.set_verbosity_error()
fixtures = Path(__file__).resolve().parent.parent / "fixtures"
versions = {"torch": torch.__version__, "transformers": transformers.__version__}
PAD, BOS, EOS, VOCAB = 0, 1, 2, 61


def write_json(path, values):
    def plain(x):
        if isinstance(x, torch.Tensor):
            return x.tolist()
        if isinstance(x, dict):
            return {key: plain(value) for key, value in x.items()}
        if isinstance(x, (list, tuple)):
            return [plain(value) for value in x]
        return x

    path.write_text(json.dumps({"versions": versions, **plain(values)}) + "\n")


def write_tensors(path, tensors):
    save_file({name: tensor.detach().float().contiguous().clone() for name, tensor in tensors.items()}, path, metadata=versions)


def tiny_config(**more):
    return LlamaConfig(
        vocab_size=VOCAB, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, rms_norm_eps=1e-5, pad_token_id=PAD, bos_token_id=BOS, eos_token_id=EOS, **more,
    )


def tiny_qwen2(**more):
    return Qwen2Config(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        max_position_embeddings=64, rms_norm_eps=1e-6, pad_token_id=PAD, bos_token_id=BOS, eos_token_id=EOS, rope_parameters={"rope_type": "default", "rope_theta": 1e6}, **more,
    )


def tiny_gpt2(**more):
    return GPT2Config(
        vocab_size=VOCAB, n_positions=64, n_embd=16, n_layer=2, n_head=4, resid_pdrop=0.1, pad_token_id=PAD, bos_token_id=BOS, eos_token_id=EOS, **more,
    )


def randomize(model, generator):
    """Weights large enough that every part matters: matrices and biases N(0, 0.2), norms around 1."""
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = 0.2 * noise if parameter.dim() > 1 or name.endswith(".bias") else 1 + 0.2 * noise
    if hasattr(model, "lm_head"):
        model.tie_weights()


def save_model(model, folder):
    """As save_pretrained, with the configuration keys that every reader knows."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    for extra in folder.glob("*"):
        if extra.name not in ("config.json", "generation_config.json", "model.safetensors"):
            extra.unlink()


def left_padded(rows, length):
    ids = torch.full((len(rows), length), PAD)
    mask = torch.zeros_like(ids)
    for r, row in enumerate(rows):
        ids[r, length - len(row):] = torch.tensor(row)
        mask[r, length - len(row):] = 1
    return ids, mask


def positions(mask):
    return (mask.cumsum(1) - 1).clamp(min=0)


def random_row(length, generator):
    return [BOS] + torch.randint(3, VOCAB, (length - 1,), generator=generator).tolist()


def language_model(name, config, seed, with_optimizer=True):
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config).eval()
    randomize(model, generator)
    folder = fixtures / name
    save_model(model, folder)

    # Row 0: prompt 5, response 7. Row 1: four pads, prompt 3, response 5.
    ids, mask = left_padded([random_row(12, generator), random_row(8, generator)], 12)
    completion = torch.zeros_like(ids)
    completion[0, 5:] = 1
    completion[1, 7:] = 1

    def forward():
        return model(input_ids=ids, attention_mask=mask, position_ids=positions(mask)).logits

    def loss_of(logits):
        logprobs = F.log_softmax(logits[:, :-1], -1).gather(-1, ids[:, 1:, None]).squeeze(-1)
        weight = completion[:, 1:]
        return -(logprobs * weight).sum() / weight.sum()

    logits = forward()
    loss = loss_of(logits)
    loss.backward()
    tensors = {"logits": logits}
    tensors |= {f"grad.{key}": parameter.grad for key, parameter in model.named_parameters()}

    # Greedy continuation of left-padded prompts, recomputed from scratch for every token.
    prompt_ids, prompt_mask = left_padded([random_row(6, generator), random_row(3, generator)], 6)
    run, run_mask, logprobs = prompt_ids, prompt_mask, []
    with torch.no_grad():
        for _ in range(8):
            step = F.log_softmax(model(input_ids=run, attention_mask=run_mask, position_ids=positions(run_mask)).logits[:, -1], -1)
            best = step.max(-1)
            logprobs.append(best.values)
            run = torch.cat([run, best.indices[:, None]], 1)
            run_mask = torch.cat([run_mask, torch.ones(2, 1, dtype=run_mask.dtype)], 1)
    greedy = run[:, 6:]

    optimized = {}
    if with_optimizer:
        # AdamW on that loss: decay on matrices only, gradients clipped to a global norm of 1.
        matrices = [p for p in model.parameters() if p.dim() > 1]
        vectors = [p for p in model.parameters() if p.dim() == 1]
        optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.95), eps=1e-5, foreach=False
        )
        losses, norms = [], []
        for step in (1, 2, 3):
            optimizer.zero_grad()
            step_loss = loss_of(forward())
            step_loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=False).item())
            losses.append(step_loss.item())
            optimizer.step()
            if step in (1, 3):
                tensors |= {f"adamw{step}.{key}": parameter.detach().clone() for key, parameter in model.named_parameters()}
        optimized["adamw"] = {"lr": 1e-3, "betas": [0.9, 0.95], "eps": 1e-5, "weightDecayOnMatrices": 0.1, "maxGradNorm": 1.0, "losses": losses, "gradNorms": norms}
    write_tensors(folder / "expected.safetensors", tensors)
    write_json(
        folder / "expected.json",
        {
            "inputIds": ids, "attentionMask": mask, "positionIds": positions(mask), "completionMask": completion, "loss": loss.item(),
            "greedy": {"promptIds": prompt_ids, "attentionMask": prompt_mask, "tokens": greedy, "logprobs": torch.stack(logprobs, 1)},
            **optimized,
        },
    )


def pairwise(a, b, chosen_share, margin, centering):
    """−p·log σ(Δ − m) − (1 − p)·log σ(−Δ − m), a tie (p = ½) without margin, plus centering·(a + b)²; mean over pairs."""
    difference = a - b
    loss = -chosen_share * F.logsigmoid(difference - margin) - (1 - chosen_share) * F.logsigmoid(-difference - margin)
    return (loss + centering * (a + b) ** 2).mean()


def reward_model(name, config, seed):
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForSequenceClassification.from_config(config).eval()
    randomize(model, generator)
    folder = fixtures / name
    save_model(model, folder)

    lengths, prompt_lengths = [12, 9, 7, 10, 5, 12, 8, 8], [4, 4, 3, 3, 2, 2, 5, 5]
    ids, mask = left_padded([random_row(length, generator) for length in lengths], 12)
    response = torch.zeros_like(ids)
    for r, (length, prompt) in enumerate(zip(lengths, prompt_lengths)):
        response[r, 12 - length + prompt:] = 1
    scores = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask)).logits[:, 0]
    scores.retain_grad()
    # Sequences 0, 2, 4, 6 against 1, 3, 5, 7: A better, B better, tie, A better by far.
    share = torch.tensor([1.0, 0.0, 0.5, 1.0])
    margin = torch.tensor([0.0, 0.3, 0.0, 0.9])
    loss = pairwise(scores[0::2], scores[1::2], share, margin, 0.01)
    loss.backward()
    with torch.no_grad():
        hidden = model.base_model(input_ids=ids, attention_mask=mask, position_ids=positions(mask)).last_hidden_state
        everywhere = model.score(hidden)[..., 0]
    assert torch.allclose(everywhere[:, -1], scores)
    write_tensors(folder / "expected.safetensors", {f"grad.{key}": parameter.grad for key, parameter in model.named_parameters()})
    write_json(
        folder / "expected.json",
        {
            "inputIds": ids, "attentionMask": mask, "positionIds": positions(mask), "responseMask": response, "scores": scores,
            "scoresEverywhere": everywhere * mask, "meanOverResponse": (everywhere * response).sum(1) / response.sum(1),
            "pairwise": {"chosenShare": share, "margin": margin, "centerRewardsCoefficient": 0.01, "loss": loss.item(), "gradScores": scores.grad},
        },
    )


def rotary_scaling():
    """Scaled rotary positions on the weights of llama-untied: `fields` as they stand in a config.json, old spelling and new."""
    llama3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
    variants = [
        {"rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
        {"rope_parameters": {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.5}},
        {"rope_theta": 500.0, "rope_scaling": {"type": "dynamic", "factor": 2.0}},
        {"rope_theta": 10000.0, "rope_scaling": {"rope_type": "llama3", **llama3}},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 500.0, **llama3, "original_max_position_embeddings": 16}},
        {"rope_theta": 10000.0, "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 500.0, "factor": 8.0, "original_max_position_embeddings": 8, "beta_fast": 4.0, "beta_slow": 0.5, "truncate": False}},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 500.0, "factor": 8.0, "original_max_position_embeddings": 8, "beta_fast": 2.0, "mscale": 1.0, "mscale_all_dim": 0.5}},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 500.0, "factor": 8.0, "original_max_position_embeddings": 8, "attention_factor": 1.3}},
    ]
    generator = torch.Generator().manual_seed(11)
    ids, mask = left_padded([random_row(40, generator), random_row(25, generator)], 40)
    saved = json.loads((fixtures / "llama-untied" / "config.json").read_text())
    cases = []
    for fields in variants:
        plain = {key: value for key, value in saved.items() if key not in ("rope_parameters", "rope_theta", "rope_scaling")}
        config = LlamaConfig.from_dict({**plain, **json.loads(json.dumps(fields))})
        model = AutoModelForCausalLM.from_pretrained(fixtures / "llama-untied", config=config).eval()
        frequencies, scale = ROPE_INIT_FUNCTIONS[config.rope_parameters["rope_type"]](config)
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask)).logits[:, -1]
        cases.append({"fields": fields, "inverseFrequencies": frequencies, "attentionScale": scale, "lastLogits": logits})
    write_json(fixtures / "rotary-scaling.json", {"inputIds": ids, "attentionMask": mask, "cases": cases})


def pairwise_alone():
    """The loss on given scores, case by case."""
    generator = torch.Generator().manual_seed(4)
    a = (2 * torch.randn(8, generator=generator, dtype=torch.float64)).requires_grad_()
    b = (2 * torch.randn(8, generator=generator, dtype=torch.float64)).requires_grad_()
    share = torch.tensor([1, 0, 0.5, 1, 0, 0.5, 1, 1], dtype=torch.float64)
    margin = torch.tensor([0, 0, 0, 0.5, 1, 0, 1.5, 3], dtype=torch.float64)
    cases = []
    for name, used_margin, centering in (("plain", 0 * margin, 0.0), ("centered", 0 * margin, 0.01), ("margins", margin, 0.0), ("both", margin, 0.01)):
        loss = pairwise(a, b, share, used_margin, centering)
        grad_a, grad_b = torch.autograd.grad(loss, (a, b))
        cases.append({"name": name, "margin": used_margin, "centerRewardsCoefficient": centering, "loss": loss.item(), "gradA": grad_a, "gradB": grad_b})
    write_json(fixtures / "pairwise.json", {"rewardsA": a, "rewardsB": b, "chosenShare": share, "cases": cases})


def masked_mean(x, mask):
    return (x * mask).sum() / mask.sum()


def ppo():
    """rlhf points 6 to 12, in double precision. Responses start in column 0 and end where the mask does."""
    generator = torch.Generator().manual_seed(5)
    rows, columns, vocab = 4, 7, 11
    lengths = [7, 4, 1, 6]
    mask = (torch.arange(columns)[None] < torch.tensor(lengths)[:, None]).double()

    def noise(scale, *shape):
        # Rounded to float32, so that the inputs are the same numbers everywhere.
        return (scale * torch.randn(*shape, generator=generator)).double()

    old_logprobs = -noise(1.5, rows, columns).abs() * mask
    ref_logprobs = -noise(1.5, rows, columns).abs() * mask
    scores, values, kl_coef = noise(1.0, rows), noise(1.0, rows, columns) * mask, 0.07

    k1 = old_logprobs - ref_logprobs
    estimators = {"k1": k1, "k2": k1**2 / 2, "k3": torch.exp(-k1) - 1 + k1}
    rewards = -kl_coef * k1 * mask
    for r, length in enumerate(lengths):
        rewards[r, length - 1] += scores[r]

    def gae(gamma, lam):
        advantages = torch.zeros(rows, columns, dtype=torch.float64)
        for r, length in enumerate(lengths):
            running = 0.0
            for t in reversed(range(length)):
                next_value = values[r, t + 1] if t + 1 < length else 0.0
                running = rewards[r, t] + gamma * next_value - values[r, t] + gamma * lam * running
                advantages[r, t] = running
        return advantages, (advantages + values) * mask

    def whiten(x, shift=True):
        mean = masked_mean(x, mask)
        variance = masked_mean((x - mean) ** 2, mask)
        white = (x - mean) * torch.rsqrt(variance + 1e-8)
        return (white if shift else white + mean) * mask

    runs = []
    for gamma, lam in ((1.0, 0.95), (0.99, 0.9)):
        advantages, returns = gae(gamma, lam)
        runs.append({"gamma": gamma, "gaeLambda": lam, "advantages": advantages, "returns": returns, "whitened": whiten(advantages)})
    advantages, returns = whiten(gae(1.0, 0.95)[0]), gae(1.0, 0.95)[1]

    logprobs = (old_logprobs + noise(0.3, rows, columns) * mask).requires_grad_()
    new_values = (values + noise(0.3, rows, columns) * mask).requires_grad_()
    log_ratio = logprobs - old_logprobs
    ratio = torch.exp(log_ratio)
    plain, clipped = -advantages * ratio, -advantages * torch.clamp(ratio, 0.8, 1.2)
    policy_loss = masked_mean(torch.maximum(plain, clipped), mask)
    near = torch.minimum(torch.maximum(new_values, values - 0.2), values + 0.2)
    value_plain, value_clipped = (new_values - returns) ** 2, (near - returns) ** 2
    value_loss = 0.5 * masked_mean(torch.maximum(value_plain, value_clipped), mask)
    ratio_mean = masked_mean(ratio, mask)

    logits = noise(2.0, rows, columns, vocab).requires_grad_()
    tokens = torch.randint(0, vocab, (rows, columns), generator=generator)
    temperature = 0.7
    scaled = F.log_softmax(logits / temperature, -1)
    token_logprobs = scaled.gather(-1, tokens[..., None])[..., 0]
    entropy = torch.logsumexp(logits, -1) - (F.softmax(logits, -1) * logits).sum(-1)

    write_json(
        fixtures / "ppo.json",
        {
            "rows": rows, "columns": columns, "mask": mask, "oldLogprobs": old_logprobs, "refLogprobs": ref_logprobs, "scores": scores, "values": values,
            "klCoef": kl_coef, "estimators": {key: value * mask for key, value in estimators.items()}, "klPerSequence": (k1 * mask).sum(1),
            "rewards": rewards, "whitenedRewards": whiten(rewards, shift=False), "runs": runs,
            "policy": {
                "logprobs": logprobs, "advantages": advantages, "clipRange": 0.2, "loss": policy_loss.item(),
                "gradLogprobs": torch.autograd.grad(policy_loss, logprobs)[0], "approxKl": 0.5 * masked_mean(log_ratio**2, mask).item(),
                "clipFraction": masked_mean((clipped > plain).double(), mask).item(), "ratioMean": ratio_mean.item(),
                "ratioVariance": masked_mean((ratio - ratio_mean) ** 2, mask).item(),
            },
            "value": {
                "values": new_values, "returns": returns, "clipRangeValue": 0.2, "loss": value_loss.item(),
                "gradValues": torch.autograd.grad(value_loss, new_values)[0], "clipFraction": masked_mean((value_clipped > value_plain).double(), mask).item(),
            },
            "entropy": {"logits": logits, "entropy": entropy, "maskedMean": masked_mean(entropy, mask).item(), "gradLogits": torch.autograd.grad(masked_mean(entropy, mask), logits)[0]},
            "tokenLogprobs": {
                "temperature": temperature, "tokens": tokens, "logprobs": token_logprobs,
                "gradLogitsOfMaskedMean": torch.autograd.grad(masked_mean(token_logprobs, mask), logits)[0],
            },
        },
    )


def stories(folder):
    """A real pretrained model: next-token logits after two prompts and their greedy continuations."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    prompts = []
    for text in ("Once upon a time, there was a little girl named Lily.", "Tom and his dog were in the park."):
        ids = tokenizer(text, return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model(ids).logits[0]
            run = ids
            for _ in range(40):
                run = torch.cat([run, model(run).logits[:, -1].argmax(-1, keepdim=True)], 1)
        nll = -F.log_softmax(logits[:-1], -1).gather(-1, ids[0, 1:, None]).mean().item()
        tokens = run[0, ids.shape[1]:].tolist()
        prompts.append({
            "text": text, "ids": ids[0].tolist(), "meanNll": nll, "argmaxEverywhere": logits.argmax(-1).tolist(),
            "lastLogits": [round(x, 6) for x in logits[-1].tolist()], "greedyTokens": tokens, "greedyText": tokenizer.decode(tokens, skip_special_tokens=True),
        })
    write_json(fixtures / "stories260k.json", {"prompts": prompts})


def lora(name, base, auto, r, alpha, targets, seed, **more):
    """An adapter on the weights of another fixture, as PEFT saves it, with B other than zero."""
    generator = torch.Generator().manual_seed(seed)
    task = "SEQ_CLS" if auto is AutoModelForSequenceClassification else "CAUSAL_LM"
    kwargs = {"num_labels": 1} if task == "SEQ_CLS" else {}
    config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=targets, task_type=task, **more)
    model = get_peft_model(auto.from_pretrained(fixtures / base, **kwargs), config).eval()
    trained = {key: parameter for key, parameter in model.named_parameters() if parameter.requires_grad}
    for _, parameter in sorted(trained.items()):
        parameter.data = 0.2 * torch.randn(parameter.shape, generator=generator)
    folder = fixtures / name
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    saved = json.loads((folder / "adapter_config.json").read_text())
    saved["base_model_name_or_path"] = f"../{base}"
    saved["target_modules"] = sorted(saved["target_modules"])
    (folder / "adapter_config.json").write_text(json.dumps(saved, indent=2, sort_keys=True) + "\n")

    ids, mask = left_padded([random_row(12, generator), random_row(8, generator)], 12)
    out = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask)).logits
    if task == "SEQ_CLS":
        loss = pairwise(out[:1, 0], out[1:, 0], torch.tensor([1.0]), torch.tensor([0.0]), 0.01)
    else:
        # Responses: the last seven tokens of the first row, the last five of the second.
        weight = torch.zeros_like(ids)
        weight[0, 5:] = weight[1, 7:] = 1
        logprobs = F.log_softmax(out[:, :-1], -1).gather(-1, ids[:, 1:, None]).squeeze(-1)
        loss = -(logprobs * weight[:, 1:]).sum() / weight[:, 1:].sum()
    loss.backward()
    plain = lambda key: key.removeprefix("base_model.model.").replace(".default", "").replace("original_module.", "").replace("modules_to_save.", "")
    write_tensors(folder / "expected.safetensors", {"out": out} | {f"grad.{plain(key)}": parameter.grad for key, parameter in trained.items()})
    write_json(folder / "expected.json", {"inputIds": ids, "attentionMask": mask, "loss": loss.item()})


def gpt2_tokenizer(folder):
    """Byte-level BPE by the reference implementation; `pairs` are encoded as one text."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = [
        "Hello world", " leading space", "two  spaces and\ttab", "line\n\nbreak\n", "I'll don't we've", "Grüße, 東京 🚲", "x = 3.14159; y+=2", "trailing  ", "...!?",
    ]
    pairs = [("Question: Why?", " Because."), ("Question: Why?\nAnswer:", " It rains."), ("He said", ", quietly"), ("Once upon a time", "\nthere was"), ("A list", "\n\n1. one")]
    write_json(
        fixtures / "gpt2-tokenizer.json",
        {
            "texts": [{"text": text, "ids": tokenizer(text).input_ids} for text in texts],
            "pairs": [{"prompt": prompt, "response": response, "ids": tokenizer(prompt + response).input_ids} for prompt, response in pairs],
        },
    )


torch.manual_seed(0)
fixtures.mkdir(exist_ok=True)
language_model("llama-tied", tiny_config(tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 10000.0}), seed=1)
language_model("llama-untied", tiny_config(tie_word_embeddings=False, rope_parameters={"rope_type": "default", "rope_theta": 500.0}), seed=2)
reward_model("llama-reward", tiny_config(num_labels=1), seed=3)
llama3 = {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
scaled = LlamaConfig(
    vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=64,
    rms_norm_eps=1e-5, pad_token_id=PAD, bos_token_id=BOS, eos_token_id=EOS, attention_bias=True, mlp_bias=True, rope_parameters=llama3,
)
language_model("llama-scaled", scaled, seed=6, with_optimizer=False)
language_model("qwen2", tiny_qwen2(tie_word_embeddings=True), seed=7, with_optimizer=False)
reward_model("qwen2-reward", tiny_qwen2(num_labels=1), seed=8)
language_model("gpt2", tiny_gpt2(), seed=9, with_optimizer=False)
reward_model("gpt2-reward", tiny_gpt2(num_labels=1), seed=10)
rotary_scaling()
lora("lora-qwen2", "qwen2", AutoModelForCausalLM, 4, 6, ["q_proj", "v_proj", "down_proj"], seed=12)
lora("lora-gpt2-reward", "gpt2", AutoModelForSequenceClassification, 3, 8, ["c_attn", "c_proj", "c_fc"], seed=13, fan_in_fan_out=True)
pairwise_alone()
ppo()
if len(sys.argv) > 1:
    stories(Path(sys.argv[1]) / "models/stories260K-hf")
    gpt2_tokenizer(Path(sys.argv[1]) / "tokenizers/gpt2")
