"""Whether other programs use the processors: spinning threads that must wait for one are so much
slower that a comparison would be one of how engines wait."""

import time

BUSY_LIMIT = 0.1


def ticks():
    """Busy and all ticks of all processors since the start; None where there is no /proc/stat."""
    try:
        with open("/proc/stat") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
    except OSError:
        return None
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


def pause(seconds):
    """Sleeps; returns the busy and all ticks meanwhile, (0, 0) where they cannot be known."""
    before = ticks()
    time.sleep(seconds)
    after = ticks()
    return (after[0] - before[0], after[1] - before[1]) if before and after else (0, 0)


def require():
    """Ends the program when others are busy."""
    busy, whole = pause(2)
    if whole and busy / whole > BUSY_LIMIT:
        raise SystemExit(
            f"other programs use {busy / whole:.0%} of the processors, at most {BUSY_LIMIT:.0%} may "
            "be; stop them, or give --busy to measure nevertheless")
