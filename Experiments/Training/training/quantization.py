"""The weights of a model as `specdecode quantize` leaves them: int8 with a scale a row."""

import torch

MATRICES = (
    "in_proj.weight", "x_proj.weight", "dt_proj.weight", "out_proj.weight", "embeddings.weight",
    "lm_head.weight",
)


def is_quantized(name):
    return name.endswith(MATRICES)


def quantized(matrix):
    """int8 values and f32 scales [rows]: the largest magnitude of a row becomes 127."""
    matrix = matrix.float()
    scale = matrix.abs().amax(1) / 127
    values = torch.where(scale[:, None] > 0, matrix / scale[:, None], torch.zeros_like(matrix))
    return values.round().clamp(-127, 127).to(torch.int8), scale


def rounded(matrix):
    """What int8 leaves of a matrix that is stored as bf16 before it is quantised."""
    values, scale = quantized(matrix.to(torch.bfloat16))
    return values.float() * scale[:, None]


@torch.no_grad()
def round_weights(model):
    """Makes the weights in place those that the shipped int8 checkpoint will have."""
    for name, parameter in model.named_parameters():
        if is_quantized(name):
            parameter.copy_(rounded(parameter))
        elif not kept_in_f32(name):
            parameter.copy_(parameter.to(torch.bfloat16).float())
    return model


def kept_in_f32(name):
    """Whether an exported checkpoint holds a tensor in f32 rather than bf16."""
    return "A_log" in name or name.endswith(".D") or "norm" in name or "bias" in name
