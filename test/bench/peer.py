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


def matmul(spec):
    a, b = torch.randn(2048, 512), torch.randn(512, 2048)

    def run():
        for _ in range(20):
            a @ b

    return run, 20


kinds = {"train": train_step, "generate": generate, "score": score, "matmul": matmul}
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
