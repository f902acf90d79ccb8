"""The shape of a Mamba, and its config.json."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class MambaConfiguration:
    """What `MambaForCausalLM` of Hugging Face calls the same things is in `hugging_face`."""

    vocabulary: int
    width: int
    layers: int
    state: int = 16
    convolution: int = 4
    expansion: int = 2

    @property
    def inner(self):
        return self.width * self.expansion

    @property
    def step_rank(self):
        return -(-self.width // 16)

    @classmethod
    def parse(cls, text):
        """From "16384x256x4": vocabulary, width, layers."""
        parts = text.split("x")
        if len(parts) != 3 or not all(part.isdigit() and int(part) > 0 for part in parts):
            raise ValueError(f"shape {text!r}: give VOCABULARYxWIDTHxLAYERS, such as 16384x256x4")
        return cls(*map(int, parts))

    @property
    def name(self):
        return f"{self.vocabulary}x{self.width}x{self.layers}"

    def hugging_face(self):
        """The contents of config.json."""
        return {
            "architectures": ["MambaForCausalLM"],
            "model_type": "mamba",
            "vocab_size": self.vocabulary,
            "hidden_size": self.width,
            "intermediate_size": self.inner,
            "num_hidden_layers": self.layers,
            "state_size": self.state,
            "conv_kernel": self.convolution,
            "expand": self.expansion,
            "time_step_rank": self.step_rank,
            "layer_norm_epsilon": 1e-05,
            "hidden_act": "silu",
            "use_bias": False,
            "use_conv_bias": True,
            "residual_in_fp32": True,
            "rescale_prenorm_residual": False,
            "tie_word_embeddings": True,
            "torch_dtype": "bfloat16",
            "bos_token_id": None,
            "eos_token_id": None,
            "pad_token_id": None,
        }

    @classmethod
    def from_hugging_face(cls, values):
        return cls(
            values["vocab_size"], values["hidden_size"], values["num_hidden_layers"],
            values["state_size"], values["conv_kernel"], values["expand"],
        )
