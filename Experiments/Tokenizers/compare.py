"""Compares `specdecode tokenize` with Hugging Face tokenizers on random and adversarial text.

For every pre-tokenizer a vocabulary is trained without it, so that merges cross every border and
the ids tell each cut. Samples go through in one run, with a token between them.
"""

import argparse
import json
import random
import subprocess
import tempfile

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import trainers

SEPARATOR = "<|separator|>"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TIKTOKEN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
    r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def split(pattern, behavior="isolated", invert=False, literal=False):
    pattern = pattern if literal else tokenizers.Regex(pattern)
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(pattern, behavior, invert),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


def byte_level(**options):
    return pre_tokenizers.ByteLevel(**({"add_prefix_space": False} | options))


CASES = {
    "gpt-2": byte_level(),
    "gpt-2, prefix space": byte_level(add_prefix_space=True),
    "whole text": byte_level(use_regex=False),
    "llama 3": split(LLAMA3),
    "llama 3, removed inverted": split(LLAMA3, "removed", True),
    "llama 3, merged with previous": split(LLAMA3, "merged_with_previous"),
    "cl100k as tiktoken has it": split(TIKTOKEN),
    "qwen 2": split(QWEN2),
    "llama 3, then gpt-2 with a prefix space": pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(LLAMA3), "isolated"),
        byte_level(add_prefix_space=True),
    ]),
    "expression: o200k": split(O200K),
    "expression: words": split(r"\w+|[^\w\s]+"),
    "expression: lines": split(r"^.*$"),
    "expression: digits, contiguous": split(r"\d", "contiguous"),
    "expression: hexadecimal, merged with next": split(r"\h+", "merged_with_next"),
    "expression: space, merged with previous": split(r"\s", "merged_with_previous"),
    "expression: space, merged with next, inverted": split(r"\s+", "merged_with_next", True),
    "expression: empty matches": split(r"(?=\d)|\p{Lu}*"),
    "literal": split("'s", literal=True),
}

RANGES = [
    (0x00, 0x7F), (0x09, 0x0D), (0x20, 0x20), (0x27, 0x27), (0x30, 0x39), (0x41, 0x7A), (0x80, 0x17F),
    (0x300, 0x36F), (0x391, 0x3C9), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1100, 0x11FF),
    (0x1680, 0x1680), (0x2000, 0x206F), (0x2150, 0x218F), (0x2460, 0x24FF), (0x3000, 0x30FF),
    (0x4E00, 0x4FFF), (0xAC00, 0xAD00), (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFF00, 0xFFEF),
    (0x10330, 0x1034A), (0x11080, 0x110C9), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF), (0x2F800, 0x2FA1D),
]
WORDS = [
    "'s", "'S", "'ſ", "'t", "'re", "'RE", "'Ve", "'m", "'ll", "'lL", "'d", "''", "' ", "\r\n", "\n",
    "\r", "\t", "  ", " ", "   ", "\u00a0", "\u3000", "\u2028", "\x85", "\x0b", "\x1c", "\u200b", "\ufeff",
    "K", "ß", "ŉ", "e\u0301", "é", "\u0344", "\u0958", "ᄀ", "ᅡ", "ᆨ", "가", "Å", "\u212b",
    "a\u0323\u0307", "a\u0307\u0323", "1", "12", "123", "1234", "½", "Ⅷ", "٣", "²", ".", "...", "!?", "word",
    "Word", "WORD", "日本", "🦊", "👩\u200d👧", "\u088f", "\U00011de1", "\u1c89", "_", "-", "/", "don't",
]


def sample(generator):
    parts = []
    for _ in range(generator.randint(0, 24)):
        if generator.random() < 0.6:
            parts.append(generator.choice(WORDS))
        elif generator.random() < 0.95:
            parts.append(chr(generator.randint(*generator.choice(RANGES))))
        else:
            value = generator.randint(0, 0x10FFFF)
            parts.append("" if 0xD800 <= value < 0xE000 else chr(value))
    return "".join(parts) * (3 if generator.random() < 0.1 else 1)


def trained(pre_tokenizer, normalizer, texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=12000, initial_alphabet=alphabet, show_progress=False))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.add_tokens([AddedToken("  ", normalized=True), AddedToken("e\u0301", normalized=True)])
    tokenizer.add_special_tokens([SEPARATOR])
    return tokenizer


def ours(program, path, texts, *options):
    result = subprocess.run(
        [program, "tokenize", "--tokenizer", path, *options], check=True, capture_output=True,
        input=SEPARATOR.join(texts).encode())
    return json.loads(result.stdout)


def pieces(ids, separator):
    result = [[]]
    for id in ids:
        if id == separator:
            result.append([])
        else:
            result[-1].append(id)
    return result


def compare(program, name, tokenizer, texts, path):
    # Encoded with a separator before and after, as a piece between two others.
    tokenizer.save(path)
    separator = tokenizer.token_to_id(SEPARATOR)
    expected = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    found = pieces(ours(program, path, texts), separator)
    bad = [(t, e, f) for t, e, f in zip(texts, expected, found, strict=True) if e != f]
    print(f"{name:55} {len(texts)} samples, {len(bad)} differ")
    for text, e, f in bad[:3]:
        print("   ", ascii(text), [tokenizer.id_to_token(i) for i in e], [tokenizer.id_to_token(i) for i in f])
    exact = pieces(ours(program, path, texts, "--exact"), separator)
    for text, ids in zip(texts, exact, strict=True):
        decoded = tokenizer.decoder and bytes_of(tokenizer, ids)
        assert decoded == text.encode(), (name, text, decoded)
    return len(bad)


LETTERS = {}
for byte in range(256):
    printable = 33 <= byte <= 126 or 161 <= byte <= 172 or byte >= 174
    LETTERS[chr(byte if printable else 256 + sum(v >= 256 for v in map(ord, LETTERS)))] = byte


def bytes_of(tokenizer, ids):
    added = tokenizer.get_added_tokens_decoder()
    return b"".join(
        added[i].content.encode() if i in added else bytes(LETTERS[c] for c in tokenizer.id_to_token(i))
        for i in ids)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--samples", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder to keep the tokenizers in")
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    texts = [sample(generator) for _ in range(arguments.samples)]
    print("tokenizers", tokenizers.__version__)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for normalizer in (False, True):
            for name, pre_tokenizer in CASES.items():
                tokenizer = trained(pre_tokenizer, normalizer, texts)
                bad += compare(
                    arguments.program, name + (", NFC" if normalizer else ""), tokenizer, texts,
                    f"{arguments.keep or folder}/tokenizer.json")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
