"""Writes fixtures/dtypes.safetensors with the reference implementation of the format: one tensor per type that we read.

    python make_dtypes.py      (safetensors, torch; their versions go into the file's metadata)
"""
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file

fixtures = Path(__file__).resolve().parent.parent / "fixtures"
values = torch.tensor(
    [[0.0, -0.0, 1.0, -2.5], [0.1, 1 / 3, 65504.0, -65504.0], [6.103515625e-05, 5.960464477539063e-08, 3.5e-05, float("inf")], [1e-8, 2049.0, 2051.0, -1e-7]]
)
save_file(
    {
        "f32": values,
        "f16": values.to(torch.float16),
        "bf16": values.to(torch.bfloat16),
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(2.5),
    },
    fixtures / "dtypes.safetensors",
    metadata={"safetensors": safetensors.__version__, "torch": torch.__version__},
)
# What F16 and BF16 hold, as float32, so that the readers of all three types can be compared.
save_file({"f16": values.to(torch.float16).float(), "bf16": values.to(torch.bfloat16).float()}, fixtures / "dtypes_as_f32.safetensors")
