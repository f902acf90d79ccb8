"""Trains a byte-level BPE tokenizer.json: `python3 -m training.tokenizer VOCABULARY OUTPUT TEXT...`

`specdecode tokenizer train` makes the same vocabulary several times faster.
"""

import sys


def train(texts, vocabulary, output):
    """From an iterable of strings."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(output))


def read(paths, piece=1 << 16, limit=None):
    """The text of files, piece by piece, an equal part of each up to a limit in bytes; what is not
    UTF-8 is left out."""
    paths = list(paths)
    for path in paths:
        left = limit // len(paths) if limit else None
        with open(path, "rb") as file:
            while data := file.read(piece if left is None else min(piece, left)):
                left = None if left is None else left - len(data)
                yield data.decode("utf-8", "ignore")


if __name__ == "__main__":
    train(read(sys.argv[3:]), int(sys.argv[1]), sys.argv[2])
