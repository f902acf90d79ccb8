"""Makes the fixtures of the tokenizer tests with Hugging Face tokenizers.

gpt-neox-reduced.json       GPT-NeoX's tokenizer with its added tokens, cut to 1,500 merges
gpt-neox-reduced.vectors.json
pre-tokenizers.vectors.json a small vocabulary whose merges cross every border, texts, and for
                            every pre-tokenizer the ids of these texts
merges.vectors.json         a text, and the merges that are trained from it
"""

import argparse
import json
import random

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from compare import CASES, sample


def reduced_neox(path, count=1500):
    file = json.load(open(path))
    model = file["model"]
    merges = model["merges"][:count]
    keep = {c for m in merges for c in m.split(" ")} | {m.replace(" ", "") for m in merges}
    keep |= {t["content"] for t in file["added_tokens"]}
    model["merges"] = merges
    kept = [t for t in sorted(model["vocab"], key=model["vocab"].get) if len(t) == 1 or t in keep]
    model["vocab"] = {t: i for i, t in enumerate(kept)}
    # The reference numbers the tokens that the model lacks from the end of its vocabulary.
    lacking = [t for t in file["added_tokens"] if t["content"] not in model["vocab"]]
    for i, token in enumerate(lacking):
        token["id"] = len(kept) + i
    return json.dumps(file, ensure_ascii=False, separators=(",", ":"))


def vectors(tokenizer, texts):
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [
        {"text": t, "ids": e.ids, "decoded": tokenizer.decode(e.ids, skip_special_tokens=False)}
        for t, e in zip(texts, encoded, strict=True)]


def pre_tokenizer_cases(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=1000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    cases = []
    for name, pre_tokenizer in [*CASES.items(), ("gpt-2, NFC", CASES["gpt-2"])]:
        tokenizer.pre_tokenizer = pre_tokenizer
        if name.endswith("NFC"):
            tokenizer.normalizer = normalizers.NFC()
        file = json.loads(tokenizer.to_str())
        ids = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
        cases.append({
            "name": name, "normalizer": json.dumps(file["normalizer"]),
            "pre_tokenizer": json.dumps(file["pre_tokenizer"], ensure_ascii=False), "ids": ids})
    model = {k: v for k, v in file["model"].items() if k in ("type", "vocab", "merges")}
    return {"model": json.dumps(model, ensure_ascii=False), "texts": texts, "cases": cases}


def trained_merges(text, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return {"text": text, "vocabulary": size, "merges": [" ".join(m) for m in merges]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("neox", help="tokenizer.json of GPT-NeoX")
    parser.add_argument("texts", help="JSON list of objects with a text")
    parser.add_argument("training", help="a text to train on")
    parser.add_argument("output", help="the folder of the fixtures")
    arguments = parser.parse_args()

    def write(name, text):
        with open(f"{arguments.output}/{name}", "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def write_json(name, value):
        write(name, json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    reduced = reduced_neox(arguments.neox)
    texts = [v["text"] for v in json.load(open(arguments.texts))]
    write("gpt-neox-reduced.json", reduced)
    write_json("gpt-neox-reduced.vectors.json", vectors(Tokenizer.from_str(reduced), texts))
    generator = random.Random(2)
    samples = [t for t in (sample(generator) for _ in range(60)) if t]
    write_json("pre-tokenizers.vectors.json", pre_tokenizer_cases(samples))
    training = open(arguments.training, encoding="utf-8").read()
    write_json("merges.vectors.json", trained_merges(training, 400))


if __name__ == "__main__":
    main()
