"""Rows of bytes into rows of tokens, in many processes: `python3 -m training.encoding`.

Watches WORK/rows and writes WORK/tokens/VOCABULARY/NAME for each file until WORK/rows/complete
is there and all is encoded.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import time

import numpy as np

from .runlog import RunLog

PAD = 0xFFFF
_tokenizers = {}


def _tokenizer(path):
    if path not in _tokenizers:
        from tokenizers import Tokenizer

        _tokenizers[path] = Tokenizer.from_file(str(path))
    return _tokenizers[path]


def encode(path, rows):
    """The token ids of each row; bytes that are not UTF-8, such as a character cut at the
    beginning, are left out."""
    texts = [bytes(row).decode("utf-8", "ignore") for row in rows]
    return [encoding.ids for encoding in _tokenizer(path).encode_batch(texts)]


def row_length(bytes_a_row, bytes_a_token):
    """Tokens kept of a row: nearly all rows are shorter. One more than a multiple of 8, for as
    many inputs and targets."""
    return -(-int(bytes_a_row / (bytes_a_token * 0.9)) // 8) * 8 + 1


def padded(ids, length):
    """[n, length] uint16, filled with PAD; what is longer is cut."""
    out = np.full((len(ids), length), PAD, dtype=np.uint16)
    for row, tokens in zip(out, ids):
        row[:min(length, len(tokens))] = tokens[:length]
    return out


def _work(task):
    source, target, tokenizer, length = task
    ids = padded(encode(tokenizer, np.load(source)), length)
    partial = target.with_suffix(".part")
    with open(partial, "wb") as file:
        np.save(file, ids)
    os.replace(partial, target)
    return target.name


def measured_length(tokenizer, rows):
    """Of a row in tokens, by the first rows there are."""
    ids = encode(tokenizer, rows[:64])
    return row_length(rows.shape[1], rows[:64].size / max(1, sum(map(len, ids))))


def save_book_rows(text, folder, count, width, seed=0, per_file=4096):
    """Random windows of the text as rows."""
    random = np.random.default_rng(seed)
    for number in range(-(-count // per_file)):
        rows = min(per_file, count - number * per_file)
        start = random.integers(0, len(text) - width, rows)
        chosen = text[start[:, None] + np.arange(width)]
        target = folder / f"books-{number:04d}.npy"
        partial = target.with_suffix(".part")
        with open(partial, "wb") as file:
            np.save(file, chosen)
        os.replace(partial, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--vocabularies", type=int, nargs="+", required=True)
    parser.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 1) - 8))
    parser.add_argument("--book-rows", type=int, default=40_000)
    parser.add_argument("--width", type=int, default=1216, help="bytes of a row")
    options = parser.parse_args()
    # Each process encodes alone.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    log = RunLog(options.work / "logs", "encoding")
    folder = options.work / "rows"
    folder.mkdir(parents=True, exist_ok=True)
    text = np.concatenate([
        np.fromfile(path, dtype=np.uint8) for path in sorted((options.work / "text").iterdir())
        if path.suffix != ".part"])
    save_book_rows(text, folder, options.book_rows, options.width)
    del text
    sample = np.load(folder / "books-0000.npy")
    lengths = {}
    for vocabulary in options.vocabularies:
        target = options.work / "tokens" / str(vocabulary)
        target.mkdir(parents=True, exist_ok=True)
        path = options.tokenizers / f"tokenizer-{vocabulary}.json"
        lengths[vocabulary] = measured_length(path, sample)
        (target / "length.json").write_text(json.dumps(lengths[vocabulary]))
    log("start", **{f"tokens_of_{key}": value for key, value in lengths.items()})
    given, pending = set(), []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        while True:
            complete = (folder / "complete").exists()
            for source in sorted(folder.glob("*.npy")):
                if source.name in given:
                    continue
                given.add(source.name)
                for vocabulary, length in lengths.items():
                    target = options.work / "tokens" / str(vocabulary) / source.name
                    path = options.tokenizers / f"tokenizer-{vocabulary}.json"
                    pending.append(pool.apply_async(_work, ((source, target, path, length),)))
            for result in [result for result in pending if result.ready()]:
                pending.remove(result)
                try:
                    result.get()
                except Exception as error:  # one bad file must not cost the others
                    log("failed", error=repr(error)[:300])
            if complete and not pending:
                break
            time.sleep(0.2)
    log("complete", files=len(given))


if __name__ == "__main__":
    main()
