"""Rows of bytes into rows of tokens, in many processes: `python3 -m training.encoding`.

Watches WORK/rows and writes WORK/tokens/VOCABULARY/NAME for each file until WORK/rows/complete
is there and all is encoded, and then WORK/tokens/VOCABULARY/complete. A file holds a row's offset,
then its tokens: uint16, 65,535 where there is none.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import time

import numpy as np

from .data import save_array
from .runlog import RunLog

PAD = 0xFFFF
_tokenizers = {}


def _tokenizer(path):
    if path not in _tokenizers:
        from tokenizers import Tokenizer

        _tokenizers[path] = Tokenizer.from_file(str(path))
    return _tokenizers[path]


def _text(row):
    """The longest text at the beginning of a row of bytes, and where it begins: after what is left
    of a character that was cut."""
    row = bytes(row)
    offset = 0
    while offset < min(3, len(row)) and 0x80 <= row[offset] < 0xC0:
        offset += 1
    try:
        return row[offset:].decode(), offset
    except UnicodeDecodeError as error:
        return row[offset:offset + error.start].decode(), offset


def encode(path, rows):
    """The token ids of each row up to the first byte that is not UTF-8, and the offsets [n] of the
    bytes at which they begin."""
    texts = [_text(row) for row in rows]
    ids = [encoding.ids for encoding in _tokenizer(path).encode_batch([text for text, _ in texts])]
    return ids, np.array([offset for _, offset in texts], dtype=np.int64)


def row_length(bytes_a_row, bytes_a_token):
    """Tokens kept of a row: nearly all rows are shorter. One more than a multiple of 8, for as
    many inputs and targets."""
    return -(-int(bytes_a_row / (bytes_a_token * 0.9)) // 8) * 8 + 1


def padded(ids, length):
    """[n, length] int64, filled with -1; what is longer is cut."""
    out = np.full((len(ids), length), -1, dtype=np.int64)
    for row, tokens in zip(out, ids):
        row[:min(length, len(tokens))] = tokens[:length]
    return out


def _work(task):
    source, target, tokenizer, length = task
    ids, offset = encode(tokenizer, np.load(source))
    save_array(target, np.concatenate([offset[:, None], padded(ids, length)], 1).astype(np.uint16))
    return target.name


def read_tokens(path):
    """Of a file of WORK/tokens: tokens [n, T] int32, -1 where a row has ended, and offsets [n]."""
    stored = np.load(path)
    tokens = stored[:, 1:].astype(np.int32)
    tokens[tokens == PAD] = -1
    return tokens, stored[:, 0].astype(np.int64)


def measured_length(tokenizer, rows):
    """Of a row in tokens, by the first rows there are."""
    ids, _ = encode(tokenizer, rows[:64])
    return row_length(rows.shape[1], rows[:64].size / max(1, sum(map(len, ids))))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--tokenizers", type=pathlib.Path, required=True)
    parser.add_argument("--vocabularies", type=int, nargs="+", required=True)
    parser.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 1) - 8))
    options = parser.parse_args()
    # Each process encodes alone.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    log = RunLog(options.work / "logs", "encoding")
    folder = options.work / "rows"
    folder.mkdir(parents=True, exist_ok=True)
    while not (found := sorted(folder.glob("*.npy"))):
        if (folder / "complete").exists():
            raise SystemExit(f"no rows in {folder}: nothing was written there")
        time.sleep(0.2)
    sample = np.load(found[0])
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
                    if target.exists():
                        continue
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
    for vocabulary in lengths:
        (options.work / "tokens" / str(vocabulary) / "complete").touch()
    log("complete", files=len(given))


if __name__ == "__main__":
    main()
