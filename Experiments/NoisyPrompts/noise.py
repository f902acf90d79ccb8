#!/usr/bin/env python3
"""Noise of ByT5 and MambaByte on the text of prompts: JSON Lines in, JSON Lines out.

    noise.py KIND PROBABILITY [--seed N] < prompts.jsonl > noisy.jsonl

drop         a character is left out with the probability
repeat       it is repeated 1, 2 or 3 more times, equally likely, with the probability
antspeak     every character is a capital with spaces around it
uppercase    a character becomes a capital with the probability
random-case  every character becomes a capital or a small letter, equally likely
swap         a character and the next change places with the probability

`none` changes nothing. Characters are Unicode scalars; bytes that are no UTF-8 stay. The probability
of antspeak and random-case is not used.
"""

import argparse
import base64
import json
import random
import sys

KINDS = ["none", "drop", "repeat", "antspeak", "uppercase", "random-case", "swap"]


def noisy(text, kind, probability, source):
    """The text with noise; equal sources give equal texts."""
    if kind == "drop":
        return "".join(c for c in text if source.random() >= probability)
    if kind == "repeat":
        return "".join(
            c * (1 + source.randint(1, 3)) if source.random() < probability else c for c in text
        )
    if kind == "antspeak":
        return " " + " ".join(text.upper()) + " "
    if kind == "uppercase":
        return "".join(c.upper() if source.random() < probability else c for c in text)
    if kind == "random-case":
        return "".join(c.upper() if source.random() < 0.5 else c.lower() for c in text)
    if kind == "swap":
        characters = list(text)
        place = 0
        while place + 1 < len(characters):
            if source.random() < probability:
                characters[place : place + 2] = reversed(characters[place : place + 2])
                place += 1
            place += 1
        return "".join(characters)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("probability", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--text", action="store_true", help="noise on plain text instead")
    options = parser.parse_args()
    if not 0 <= options.probability <= 1:
        parser.error(f"the probability cannot be {options.probability}; give one from 0 to 1")

    def changed(data):
        text = data.decode("utf-8", "surrogateescape")
        source = random.Random(f"{options.seed} {options.kind} {options.probability}")
        result = noisy(text, options.kind, options.probability, source)
        return result.encode("utf-8", "surrogateescape")

    if options.text:
        sys.stdout.buffer.write(changed(sys.stdin.buffer.read()))
        return
    for line in sys.stdin:
        if not line.strip():
            continue
        entry = json.loads(line)
        data = base64.b64decode(entry.pop("base64")) if "base64" in entry else entry.pop("text").encode()
        entry["base64"] = base64.b64encode(changed(data)).decode()
        print(json.dumps(entry))


if __name__ == "__main__":
    main()
