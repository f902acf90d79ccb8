"""The noises of the MambaByte paper (Wang et al., arXiv 2401.13660, section 4.4) on text.

drop: each character is left out with a chance of 15 %; repeat: 20 % of the characters are written
two to four times; antspeak: upper case, a space after each character; uppercase; random case: each
character in either case; swap: 20 % of neighbouring characters change places.

usage: noise.py KIND [SEED] < text > noisy; with --prompts, JSON Lines of prompts in and out
"""
import json
import random
import sys


def drop(text, dice):
    return "".join(c for c in text if dice.random() >= 0.15)


def repeat(text, dice):
    return "".join(c * dice.randint(2, 4) if dice.random() < 0.2 else c for c in text)


def antspeak(text, dice):
    return "".join(c.upper() + " " for c in text)


def uppercase(text, dice):
    return text.upper()


def random_case(text, dice):
    return "".join(c.upper() if dice.random() < 0.5 else c.lower() for c in text)


def swap(text, dice):
    characters = list(text)
    place = 0
    while place + 1 < len(characters):
        if dice.random() < 0.2:
            characters[place:place + 2] = characters[place + 1], characters[place]
            place += 1
        place += 1
    return "".join(characters)


NOISES = {"none": lambda text, dice: text, "drop": drop, "repeat": repeat, "antspeak": antspeak,
          "uppercase": uppercase, "random-case": random_case, "swap": swap}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--prompts"]
    noise = NOISES[arguments[0]]
    dice = random.Random(int(arguments[1]) if len(arguments) > 1 else 0)
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    if "--prompts" in sys.argv:
        for line in text.splitlines():
            prompt = json.loads(line)
            if "text" in prompt:
                prompt["text"] = noise(prompt["text"], dice)
            print(json.dumps(prompt))
    else:
        sys.stdout.buffer.write(noise(text, dice).encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    main()
