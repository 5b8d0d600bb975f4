"""Which measures sum up the simulated years? The same for both Python peers, NumPy throughout."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import numpy as np

from article import COMPONENTS, OPTIONS, PARTS, PEAK, TOTAL, WIDTH

LEVELS = (0.90, 0.95, 0.99, 0.995, 0.999)
QUANTILES = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999)
CURVE_POINTS = 80
Z = 1.959963984540054
EFFECTIVE_RATE_PARTS = [COMPONENTS.index(name) for name in ("labour", "audit", "denial_rework")]


def measures(table, threads):
    """Options and differences of a table of years (see article.ROWS), its columns shared out among threads.

    NumPy lets go of the interpreter's lock inside its loops, so that threads help.
    """
    hours = table[0]
    options = [table[1 + i * WIDTH : 1 + (i + 1) * WIDTH] for i in range(len(OPTIONS))]
    totals = [option[TOTAL] for option in options]
    least = np.minimum.reduce(totals)
    with ThreadPoolExecutor(threads) as pool:
        sorted_totals = list(pool.map(np.sort, totals))
        results = list(pool.map(option_measures, repeat(hours), options, sorted_totals, repeat(least)))
        differences = list(pool.map(difference_measures, repeat(totals[0]), totals[1:]))
    return (
        [{"name": name} | result for name, result in zip(OPTIONS, results)],
        [{"option": name} | result for name, result in zip(OPTIONS[1:], differences)],
    )


def option_measures(hours, option, in_order, least):
    total = option[TOTAL]
    tails = [tail(total, in_order, level) for level in LEVELS]
    components = {}
    for name, costs in zip(COMPONENTS, option[:PARTS]):
        co_tvar = [weights @ costs[years] / weights.sum() for years, weights in tails]
        components[name] = spread(costs) | {"co_tvar": co_tvar}
    effective = sum(option[part] for part in EFFECTIVE_RATE_PARTS) / hours
    return {
        "total": total_measures(total, in_order),
        "components": components,
        "effective_hourly_rate": rate(effective),
        "all_in_hourly_rate": rate(total / hours),
        "probability_cheapest": proportion(np.count_nonzero(total == least), total.size),
        "expected_regret": spread(total - least),
        "exceedance": exceedance(in_order),
        "oep": oep(option[PEAK]),
    }


def difference_measures(baseline, total):
    difference = total - baseline
    in_order = np.sort(difference)
    return {
        "total": total_measures(difference, in_order),
        "exceedance": exceedance(in_order),
        "probability_costs_more": proportion(np.count_nonzero(difference > 0), difference.size),
    }


def spread(x):
    sd = x.std(ddof=1)
    return {"mean": x.mean(), "mean_se": sd / np.sqrt(x.size), "sd": sd, "min": x.min(), "max": x.max()}


def rank(n, level):
    """1-based rank of a quantile or VaR, ceil(n level); levels are multiples of 0.0005."""
    return max(1, -(-n * round(level * 2_000) // 2_000))


def quantiles(in_order):
    return [{"p": p, "value": in_order[rank(in_order.size, p) - 1]} for p in QUANTILES]


def total_measures(x, in_order):
    result = spread(x)
    centred = x - result["mean"]
    square = centred * centred
    result["skewness"] = (square * centred).mean() / square.mean() ** 1.5
    result["quantiles"] = quantiles(in_order)
    result["levels"] = [level_measures(in_order, level) for level in LEVELS]
    return result


def level_measures(in_order, level):
    n = in_order.size
    k = rank(n, level)
    half = int(Z * np.sqrt(n * level * (1 - level))) + 1
    var = in_order[k - 1]
    excess = in_order[k - 1 :] - var
    mean = excess.mean()
    return {
        "level": level,
        "var": {"value": var, "low": in_order[max(k - half, 1) - 1], "high": in_order[min(k + half, n) - 1]},
        "tvar": var + mean,
        "tvar_se": np.sqrt((excess.var() + level * mean**2) / excess.size),
    }


def tail(total, in_order, level):
    """Years that the TVaR weighs, and their weights: 1 above VaR, and a share of those tied with it."""
    n = total.size
    k = rank(n, level)
    var = in_order[k - 1]
    years = np.flatnonzero(total >= var)
    tied = total[years] == var
    weights = np.ones(years.size)
    weights[tied] = (n - k + 1 - np.count_nonzero(~tied)) / np.count_nonzero(tied)
    return years, weights


def rate(x):
    return spread(x) | {"quantiles": quantiles(np.sort(x))}


def exceedance_counts(n):
    """Years above each point of a curve: from 99% of them down to ten, evenly spaced on a log scale."""
    last = min(10 / n, 0.5)
    return np.rint(n * 0.99 * (last / 0.99) ** np.linspace(0, 1, CURVE_POINTS)).astype(int)


def exceedance(in_order):
    n = in_order.size
    above = exceedance_counts(n)
    return curve(in_order[n - 1 - above], above, n)


def oep(peaks):
    n = peaks.size
    in_order = np.sort(peaks[peaks > 0])
    above = exceedance_counts(n)
    above = above[above < in_order.size]
    amounts = np.append(0.0, in_order[in_order.size - 1 - above])
    return curve(amounts, np.append(in_order.size, above), n)


def curve(amounts, above, n):
    return [{"amount": amount, "probability": proportion(count, n)} for amount, count in zip(amounts, above)]


def proportion(count, n):
    """A share of years with Wilson's 95% interval."""
    p = count / n
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return {"value": p, "low": centre - half, "high": centre + half}
