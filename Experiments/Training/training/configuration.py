"""The shape of a Mamba, and its config.json."""

import dataclasses
import re

# Parts of a shape's name after VOCABULARYxWIDTHxLAYERS, and the fields that they set.
VARIATIONS = {"state": "state", "conv": "convolution", "expand": "expansion"}


@dataclasses.dataclass(frozen=True)
class MambaConfiguration:
    """What `MambaForCausalLM` of Hugging Face calls the same things is in `hugging_face`."""

    vocabulary: int
    width: int
    layers: int
    state: int = 16
    convolution: int = 4
    expansion: int = 2
    tied: bool = True

    @property
    def inner(self):
        return self.width * self.expansion

    @property
    def step_rank(self):
        return -(-self.width // 16)

    @classmethod
    def parse(cls, text):
        """From "16384x256x4": vocabulary, width, layers; "-state32", "-conv8", "-expand3" and
        "-untied" may follow."""
        shape, *variations = text.split("-")
        parts = shape.split("x")
        if len(parts) != 3 or not all(part.isdigit() and int(part) > 0 for part in parts):
            raise ValueError(f"shape {text!r}: give VOCABULARYxWIDTHxLAYERS, such as 16384x256x4")
        values = {}
        for variation in variations:
            found = re.fullmatch(r"([a-z]+)([1-9]\d*)", variation)
            if variation == "untied":
                values["tied"] = False
            elif found and found[1] in VARIATIONS:
                values[VARIATIONS[found[1]]] = int(found[2])
            else:
                raise ValueError(
                    f"shape {text!r}: {variation!r} is none of -stateN, -convN, -expandN, -untied")
        return cls(*map(int, parts), **values)

    @property
    def name(self):
        plain = MambaConfiguration(self.vocabulary, self.width, self.layers)
        variations = [
            f"-{word}{getattr(self, field)}" for word, field in VARIATIONS.items()
            if getattr(self, field) != getattr(plain, field)]
        return (f"{self.vocabulary}x{self.width}x{self.layers}" + "".join(variations)
                + ("" if self.tied else "-untied"))

    @property
    def parameters(self):
        """How many weights it has."""
        scan = self.step_rank + 2 * self.state
        layer = (self.width + 3 * self.inner * self.width + scan * self.inner
                 + self.inner * (self.step_rank + self.convolution + self.state + 3))
        head = self.vocabulary * self.width * (1 if self.tied else 2)
        return head + self.width + self.layers * layer

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
            "tie_word_embeddings": self.tied,
            "torch_dtype": "bfloat16",
            "bos_token_id": None,
            "eos_token_id": None,
            "pad_token_id": None,
        }

    @classmethod
    def from_hugging_face(cls, values):
        shape = cls(
            values["vocab_size"], values["hidden_size"], values["num_hidden_layers"],
            values.get("state_size", 16), values.get("conv_kernel", 4), values.get("expand", 2),
            values.get("tie_word_embeddings", True),
        )
        for name, expected in shape.hugging_face().items():
            read = ("intermediate_size", "time_step_rank", "use_bias", "use_conv_bias")
            if name in read and values.get(name, expected) not in (expected, "auto"):
                raise ValueError(
                    f"config.json: {name} is {values[name]!r}, but this trainer knows only "
                    f"{expected!r}; distil on the written text with another program")
        if values.get("layer_norm_epsilon", 1e-5) != 1e-5:
            raise ValueError("config.json: layer_norm_epsilon must be 1e-05 for this trainer")
        return shape
