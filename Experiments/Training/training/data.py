"""Text: files that may still be arriving, and streams of windows over them."""

import lzma
import os
import pathlib
import shutil

import numpy as np
import torch


def pieces(folder):
    """The complete files of a folder, in order: those still being written end in ".part". A file
    is its only piece."""
    folder = pathlib.Path(folder)
    if folder.is_file():
        return [folder]
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return sorted(
        path for path in files if path.suffix != ".part" and not path.name.startswith("."))


class Unpacker:
    """Takes files from one folder as they arrive and lays their text into another.

    NAME.xz.0, NAME.xz.1, ... are one xz file cut anywhere: each piece gives the text that it
    completes, so work can begin before the last is there. A piece waits for the one before.
    Other .xz files are unpacked, all else is copied.
    """

    def __init__(self, incoming, text):
        self.incoming, self.text = pathlib.Path(incoming), pathlib.Path(text)
        self.text.mkdir(parents=True, exist_ok=True)
        self.done = set()
        self.open = {}

    def poll(self):
        """Unpacks what is new; gives the names of the files made."""
        made = []
        for path in pieces(self.incoming):
            if path.name in self.done or not self._is_next(path):
                continue
            target = self.text / path.name
            partial = target.with_name(target.name + ".part")
            with open(partial, "wb") as out:
                self._write(path, out)
            partial.rename(target)
            self.done.add(path.name)
            made.append(path.name)
        return made

    @staticmethod
    def _series(path):
        """Of a cut file: the name of the whole, and the piece's number."""
        stem, _, number = path.name.rpartition(".")
        return (stem, int(number)) if number.isdigit() and stem.endswith(".xz") else None

    def _is_next(self, path):
        series = self._series(path)
        return not series or series[1] == 0 or f"{series[0]}.{series[1] - 1}" in self.done

    def _write(self, path, out):
        series = self._series(path)
        if not series and path.suffix != ".xz":
            with open(path, "rb") as source:
                shutil.copyfileobj(source, out)
            return
        key = series[0] if series else path.name
        decoder = self.open.get(key) or lzma.LZMADecompressor()
        rest = path.read_bytes()
        while rest:
            out.write(decoder.decompress(rest))
            rest = b""
            if decoder.eof:
                rest = decoder.unused_data.lstrip(b"\0")
                decoder = lzma.LZMADecompressor()
        self.open[key] = decoder


def save_array(path, values):
    """Written beside and renamed, so that a reader never sees a part."""
    partial = path.with_suffix(".part")
    with open(partial, "wb") as file:
        np.save(file, values)
    os.replace(partial, path)


def read_bytes(path):
    """A file as a tensor of uint8."""
    return torch.from_numpy(np.fromfile(path, dtype=np.uint8))


class TextPool:
    """All text of a folder as one tensor on a device; grows while files arrive."""

    def __init__(self, folder, device):
        self.folder, self.device = folder, device
        self.names = set()
        self.bytes = torch.empty(0, dtype=torch.uint8, device=device)

    def refresh(self):
        """Appends files that are new; says whether there were any."""
        fresh = [path for path in pieces(self.folder) if path.name not in self.names]
        if fresh:
            self.names.update(path.name for path in fresh)
            texts = [read_bytes(path).to(self.device) for path in fresh]
            self.bytes = torch.cat([self.bytes, *texts])
        return bool(fresh)


class BlockStreams:
    """Windows of text, each stream's windows one after the other through a block of the pool.

    A stream that ends its block takes one of those that were read least, so every byte is seen
    once before any is seen twice, also when files arrive late. Of `world` processes each takes
    every world-th block. The first window of a block is fresh: the state before it is zero.
    """

    def __init__(self, pool, sequences, window, block=1 << 16, rank=0, world=1, seed=0):
        self.pool, self.window = pool, window
        self.windows = max(1, block // window)
        self.block = self.windows * window
        self.rank, self.world = rank, world
        self.random = np.random.default_rng([seed, rank])
        self.counts = np.zeros(0, dtype=np.int64)
        self.at = np.zeros(sequences, dtype=np.int64)
        self.left = np.zeros(sequences, dtype=np.int64)
        self.refresh()
        if not len(self.counts):
            raise ValueError(
                f"{pool.folder}: {len(pool.bytes)} bytes are too few for {world} processes with "
                f"blocks of {self.block}; give more text or smaller blocks")
        for index in range(sequences):
            self._take(index)
            # Ends are spread over time.
            skip = self.random.integers(self.windows)
            self.at[index] += skip * window
            self.left[index] -= skip

    def refresh(self):
        """Makes blocks of text that was appended to the pool."""
        whole = max(0, len(self.pool.bytes) - 1) // self.block
        mine = max(0, -(-(whole - self.rank) // self.world))
        grown = np.zeros(mine, dtype=np.int64)
        grown[:len(self.counts)] = self.counts
        self.counts = grown

    def _take(self, index):
        least = np.flatnonzero(self.counts == self.counts.min())
        block = self.random.choice(least)
        self.counts[block] += 1
        self.at[index] = (block * self.world + self.rank) * self.block
        self.left[index] = self.windows

    def next(self):
        """ids [sequences, window + 1] and which streams are fresh [sequences]."""
        fresh = self.left == 0
        for index in np.flatnonzero(fresh):
            self._take(index)
        device = self.pool.device
        start = torch.from_numpy(self.at).to(device)
        index = start[:, None] + torch.arange(self.window + 1, device=device)
        self.at += self.window
        self.left -= 1
        return self.pool.bytes[index].long(), torch.from_numpy(fresh).to(device)
