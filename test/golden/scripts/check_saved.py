"""Loads folders that Heed wrote (write_saved.ts) with transformers' Auto classes, adapters with PEFT, and compares logits and scores.

    python check_saved.py FOLDER
"""
import json
import sys
from pathlib import Path

import torch
import transformers
from peft import PeftConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

transformers.logging.set_verbosity_error()
for file in sorted(Path(sys.argv[1]).glob("*/ours.json")):
    ours = json.loads(file.read_text())
    auto = AutoModelForSequenceClassification if ours["head"] == "scalar" else AutoModelForCausalLM
    labels = {"num_labels": 1} if ours["head"] == "scalar" else {}
    if (file.parent / "adapter_config.json").exists():
        base = auto.from_pretrained(PeftConfig.from_pretrained(file.parent).base_model_name_or_path, dtype=torch.float32, **labels)
        model = PeftModel.from_pretrained(base, file.parent)
        result = model.load_adapter(file.parent, "again")
        problems = [key for key in result.missing_keys if "lora_" in key or "score" in key] + result.unexpected_keys
    else:
        model, report = auto.from_pretrained(file.parent, output_loading_info=True, dtype=torch.float32)
        problems = {key: value for key, value in report.items() if value}
    with torch.no_grad():
        logits = model.eval()(torch.tensor([ours["ids"]])).logits.flatten()
    error = (logits - torch.tensor(ours["values"])).abs().max().item()
    assert not problems and error < 1e-4, (file.parent.name, problems, error)
    print(f"{file.parent.name:14} {type(model).__name__:34} max |difference| {error:.1e}, largest value {logits.abs().max():.2f}")
