"""Compares `specdecode tokenizer train` with the trainer of Hugging Face tokenizers."""

import argparse
import json
import resource
import subprocess
import tempfile

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def cpu_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("text", help="a file of UTF-8")
    parser.add_argument("--vocabulary", type=int, default=16384)
    arguments = parser.parse_args()
    text = open(arguments.text, "rb").read().decode()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/tokenizer.json"
        subprocess.run(
            [arguments.program, "tokenizer", "train", arguments.text, "--output", path,
             "--vocabulary", str(arguments.vocabulary)], check=True)
        seconds = cpu_seconds(resource.RUSAGE_CHILDREN)
        ours = Tokenizer.from_file(path)
        ids = json.loads(subprocess.run(
            [arguments.program, "tokenize", "--tokenizer", path], check=True, capture_output=True,
            input=text[:1_000_000].encode()).stdout)
    reference = Tokenizer(models.BPE())
    reference.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    start = cpu_seconds(resource.RUSAGE_SELF)
    reference.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=arguments.vocabulary, min_frequency=2, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    reference_seconds = cpu_seconds(resource.RUSAGE_SELF) - start
    models_equal = json.loads(ours.to_str())["model"] == json.loads(reference.to_str())["model"]
    ids_equal = ours.encode(text[:1_000_000]).ids == ids
    print(f"tokenizers {tokenizers.__version__}; {len(text.encode())} bytes")
    print(f"CPU time: ours {seconds:.1f} s, reference {reference_seconds:.1f} s")
    print(f"vocabulary and merges equal: {models_equal}; ids of the first million characters "
          f"equal: {ids_equal}")
    raise SystemExit(0 if models_equal and ids_equal else 1)


if __name__ == "__main__":
    main()
