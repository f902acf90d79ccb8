"""The learning rate by the share of the time that is gone."""


def rate_factor(step, share, warmup=150, decay_from=0.55):
    """Rises over `warmup` steps, is 1, and falls in a line to 0 from `decay_from` to the end.

    step: from 0. share: of the time, from 0 to 1.
    """
    rise = min(1.0, (step + 1) / warmup)
    fall = min(1.0, max(0.0, (1 - share) / (1 - decay_from)))
    return rise * fall
