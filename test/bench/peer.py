"""The peer's side of the benchmark: prepares a case, runs it once for every line, answers with seconds.

PyTorch and transformers as their users run them: scaled dot-product attention, fused AdamW, generate() with its cache.
"""
import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM

torch.set_grad_enabled(True)


def load(spec):
    return AutoModelForCausalLM.from_pretrained(spec["folder"], dtype=torch.float32, attn_implementation="sdpa")


def train_step(spec):
    """One optimizer step: forward, backward, clipping, AdamW; mean over `steps` of them."""
    if spec["mode"] == "trl":
        return trl_train(spec)
    model = load(spec)
    if spec.get("lora"):
        from peft import LoraConfig, get_peft_model

        lora = spec["lora"]
        model = get_peft_model(model, LoraConfig(r=lora["r"], lora_alpha=lora["alpha"], target_modules=lora["targetModules"]))
    model.train()
    rows, length, vocabulary = spec["rows"], spec["length"], model.config.vocab_size
    ids = torch.randint(0, vocabulary, (rows, length + 1))
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
    forward = torch.compile(model) if spec["mode"] == "compile" else model

    def step():
        logits = forward(input_ids=ids[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, vocabulary), ids[:, 1:].reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    def run():
        for _ in range(spec["steps"]):
            step()

    return run, spec["steps"]


def generate(spec):
    """transformers.generate, sampling at temperature 1 without truncation, always to the last token."""
    model = load(spec).eval()
    model.generation_config.eos_token_id = None
    ids = torch.randint(3, model.config.vocab_size, (spec["rows"], spec["promptLength"]))
    mask = torch.ones_like(ids)

    @torch.inference_mode()
    def run():
        model.generate(
            input_ids=ids, attention_mask=mask, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
            max_new_tokens=spec["newTokens"], pad_token_id=0,
        )

    return run, 1


def score(spec):
    """Log-probabilities of given tokens."""
    model = load(spec).eval()
    ids = torch.randint(0, model.config.vocab_size, (spec["rows"], spec["length"] + 1))
    forward = torch.compile(model) if spec["mode"] == "compile" else model

    @torch.inference_mode()
    def run():
        logits = forward(input_ids=ids[:, :-1], use_cache=False).logits
        torch.log_softmax(logits, -1).gather(-1, ids[:, 1:, None])

    return run, 1


def ppo(spec):
    """One iteration: sampling, scores, reference log-probabilities and values, clipped updates of policy and critic."""
    if spec["mode"] == "trl":
        return trl_ppo(spec)
    functional = torch.nn.functional
    policy, reference, reward = load(spec), load(spec).eval(), load(spec).model.eval()
    critic = load(spec).model
    width = policy.config.hidden_size
    value_head, reward_head = torch.nn.Linear(width, 1, bias=False), torch.nn.Linear(width, 1, bias=False)
    policy.generation_config.eos_token_id = None
    rows, new, prompt_length = spec["rows"], spec["newTokens"], spec["promptLength"]
    prompts = torch.randint(3, policy.config.vocab_size, (rows, prompt_length))
    trained = [*policy.parameters(), *critic.parameters(), *value_head.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=1e-5, eps=1e-5, fused=True)

    def logprobs_of(model, ids):
        logits = model(input_ids=ids, use_cache=False).logits[:, prompt_length - 1 : -1]
        return torch.log_softmax(logits, -1).gather(-1, ids[:, prompt_length:, None]).squeeze(-1), logits

    def values_of(ids):
        hidden = critic(input_ids=ids, use_cache=False).last_hidden_state[:, prompt_length - 1 : -1]
        return value_head(hidden).squeeze(-1)

    def run():
        with torch.inference_mode():
            ids = policy.generate(
                input_ids=prompts, attention_mask=torch.ones_like(prompts), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                max_new_tokens=new, pad_token_id=0,
            )
        with torch.no_grad():
            ids = ids.clone()
            old, _ = logprobs_of(policy, ids)
            kept, _ = logprobs_of(reference, ids)
            values = values_of(ids)
            score = reward_head(reward(input_ids=ids, use_cache=False).last_hidden_state[:, -1]).squeeze(-1)
            rewards = -0.1 * (old - kept)
            rewards[:, -1] += score
            advantages, running = torch.zeros_like(rewards), torch.zeros(rows)
            for t in reversed(range(new)):
                following = values[:, t + 1] if t + 1 < new else 0.0
                running = rewards[:, t] + following - values[:, t] + 0.95 * running
                advantages[:, t] = running
            returns = advantages + values
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        size = rows // spec["miniBatches"]
        for _ in range(spec["epochs"]):
            for at in range(0, rows, size):
                part = slice(at, at + size)
                now, logits = logprobs_of(policy, ids[part])
                ratio = (now - old[part]).exp()
                surrogate = torch.max(-advantages[part] * ratio, -advantages[part] * ratio.clamp(0.8, 1.2)).mean()
                value = values_of(ids[part])
                near = values[part] + (value - values[part]).clamp(-0.2, 0.2)
                value_loss = 0.5 * torch.max((value - returns[part]) ** 2, (near - returns[part]) ** 2).mean()
                with torch.no_grad():
                    p = functional.softmax(logits, -1)
                    (torch.logsumexp(logits, -1) - (p * logits).sum(-1)).mean()
                (surrogate + 0.1 * value_loss).backward()
                torch.nn.utils.clip_grad_norm_(trained, 1.0)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)

    return run, 1


def plain_tokenizer(size):
    """TRL asks for a tokenizer; the texts are ids already."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    vocabulary = {f"t{i}": i for i in range(size)}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel(vocabulary, unk_token="t0")), pad_token="t0", eos_token="t2", unk_token="t0")


def trl_ppo(spec):
    from datasets import Dataset
    from transformers import AutoModelForSequenceClassification
    from trl.experimental.ppo import PPOConfig, PPOTrainer

    rows, iterations = spec["rows"], 2
    policy = load(spec)
    tokenizer = plain_tokenizer(policy.config.vocab_size)
    prompts = torch.randint(3, policy.config.vocab_size, (rows * iterations, spec["promptLength"])).tolist()
    scalar = lambda: AutoModelForSequenceClassification.from_pretrained(spec["folder"], num_labels=1, dtype=torch.float32, pad_token_id=0)
    config = PPOConfig(
        output_dir=spec["folder"] + "/trl", use_cpu=True, report_to=[], save_strategy="no", bf16=False, gradient_checkpointing=False,
        per_device_train_batch_size=rows // spec["miniBatches"], gradient_accumulation_steps=1 * spec["miniBatches"],
        num_mini_batches=spec["miniBatches"], num_ppo_epochs=spec["epochs"], total_episodes=rows * iterations,
        response_length=spec["newTokens"], local_rollout_forward_batch_size=rows, num_sample_generations=0, temperature=1.0,
        learning_rate=1e-5, logging_steps=1000, stop_token=None, disable_tqdm=True,
    )

    def run():
        PPOTrainer(
            args=config, processing_class=tokenizer, model=policy, ref_model=load(spec), reward_model=scalar(), value_model=scalar(),
            train_dataset=Dataset.from_dict({"input_ids": prompts}), eval_dataset=Dataset.from_dict({"input_ids": prompts[:2]}),
        ).train()

    return run, iterations


def trl_train(spec):
    """SFTTrainer on token ids, `steps` optimizer steps; what it does around a step counts."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    model = load(spec)
    rows, length = spec["rows"], spec["length"]
    steps = max(4, spec["steps"])
    ids = torch.randint(0, model.config.vocab_size, (rows * steps, length)).tolist()
    config = SFTConfig(
        output_dir=spec["folder"] + "/trl", use_cpu=True, report_to=[], save_strategy="no", bf16=False, gradient_checkpointing=False,
        per_device_train_batch_size=rows, max_steps=steps, max_length=length, learning_rate=1e-4, max_grad_norm=1.0, logging_steps=1000,
        disable_tqdm=True, optim="adamw_torch_fused", dataset_kwargs={"skip_prepare_dataset": True},
    )
    tokenizer = plain_tokenizer(model.config.vocab_size)

    def run():
        SFTTrainer(model=model, args=config, train_dataset=Dataset.from_dict({"input_ids": ids}), processing_class=tokenizer).train()

    return run, steps


def matmul(spec):
    a, b = torch.randn(2048, 512), torch.randn(512, 2048)

    def run():
        for _ in range(20):
            a @ b

    return run, 20


kinds = {"train": train_step, "generate": generate, "score": score, "ppo": ppo, "matmul": matmul}
current = None


def answer(message):
    global current
    if "prepare" in message:
        spec = message["prepare"]
        current = None
        torch.compiler.reset()
        torch.manual_seed(1)
        current = kinds[spec["kind"]](spec)
        current[0]()
        current[0]()
        return {}
    run, steps = current
    start = time.perf_counter()
    run()
    return {"seconds": (time.perf_counter() - start) / steps}


# Warnings and progress of the libraries must not end up among the answers.
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # told to the benchmark, which reports the case as not run
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), file=answers, flush=True)
