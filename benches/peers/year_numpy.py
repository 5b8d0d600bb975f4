"""How fast is the article's case as vectorised NumPy, on the one core that NumPy uses?

`python year_numpy.py --years 1000000 --seed 1` prints one line of JSON with the measures of a run of tailcost. Years are
drawn in blocks that fit the cache; sums of claims take the usual normal approximation; rare events are drawn for the
years that have them.
"""

import argparse
import json
import platform
import time

import numpy as np

from article import *
from measures import measures

BLOCK = 4_096


def simulate(rng, years):
    table = np.empty((ROWS, years))
    for start in range(0, years, BLOCK):
        fill(rng, table[:, start : start + BLOCK])
    return table


def fill(rng, block):
    n = block.shape[1]
    volume = rng.lognormal(*VOLUME, n)
    strictness = rng.gamma(*PAYER_STRICTNESS, n)
    threat = rng.gamma(*THREAT, n)
    cost_of_capital = draw_pert(rng, COST_OF_CAPITAL, n)
    # No switch, no management fee, no slower billing and no regulation at home.
    nothing = np.zeros(n)
    domestic = Drawn(
        rng,
        DOMESTIC,
        volume,
        strictness,
        productivity=rng.lognormal(*DOMESTIC_PRODUCTIVITY, n),
        breach_frequency=rng.gamma(*DOMESTIC_BREACH_FREQUENCY, n) * threat,
        exposed=nothing,
        management_fee=nothing,
        dnfb_days=nothing,
        regulation=nothing,
    )
    offshore = Drawn(
        rng,
        OFFSHORE,
        volume,
        strictness,
        productivity=draw_pert(rng, OFFSHORE_PRODUCTIVITY, n),
        breach_frequency=rng.lognormal(*OFFSHORE_BREACH_FREQUENCY, n) * threat,
        exposed=draw_exposed(rng, n),
        management_fee=draw_pert(rng, MANAGEMENT_FEE, n),
        dnfb_days=rng.gamma(*DNFB_DAYS, n),
        regulation=draw_regulation(rng, volume),
    )
    block[0] = volume * REFERENCE_HOURS
    domestic_rows, offshore_rows, blended_rows = (block[1 + i * WIDTH : 1 + (i + 1) * WIDTH] for i in range(3))
    domestic.bill(rng, 1.0, volume, cost_of_capital, domestic_rows)
    offshore.bill(rng, 1.0, volume, cost_of_capital, offshore_rows)
    domestic.bill(rng, BLEND[0], volume, cost_of_capital, blended_rows)
    part = np.empty((WIDTH, n))
    offshore.bill(rng, BLEND[1], volume, cost_of_capital, part)
    blended_rows[:PARTS] += part[:PARTS]
    np.maximum(blended_rows[PEAK], part[PEAK], out=blended_rows[PEAK])
    breach = COMPONENTS.index("breach")
    for rows in (domestic_rows, offshore_rows, blended_rows):
        rows[breach] += PREMIUM - np.clip(rows[breach] - RETENTION, 0.0, LIMIT)
        rows[TOTAL] = rows[:PARTS].sum(axis=0)


class Drawn:
    """A block of years of a workforce as if it did all of the work."""

    def __init__(
        self,
        rng,
        law,
        volume,
        strictness,
        productivity,
        breach_frequency,
        exposed,
        management_fee,
        dnfb_days,
        regulation,
    ):
        n = volume.size
        encounters = volume * INPATIENT_ENCOUNTERS
        self.law = law
        self.management_fee = management_fee
        self.dnfb_days = dnfb_days
        self.regulation = regulation
        self.productivity = productivity * (1 - exposed * PRODUCTIVITY_LOSS)
        self.case_mix_change = rng.normal(*law.case_mix_drift, n) - exposed * CASE_MIX_LOSS
        self.audit_cost = rng.gamma(*law.audit_hours, n) * draw_pert(rng, AUDITOR_RATE, n)
        self.query_rate = rng.beta(*law.query_rate, n)

        coders = volume * REFERENCE_HOURS / self.productivity / HOURS_PER_CODER
        self.departures = rng.poisson(coders * rng.gamma(*law.turnover, n))
        denial_mean = rng.beta(*law.denial_rate, n) * encounters * strictness * (1 + exposed * DENIAL_UPLIFT)
        heterogeneity = rng.gamma(DENIAL_DISPERSION, 1 / DENIAL_DISPERSION, n)
        self.denials = rng.poisson(denial_mean * heterogeneity)
        self.write_offs = rng.binomial(self.denials, rng.beta(*WRITE_OFF_SHARE, n))
        self.onboarding_z, self.rework_z, self.payment_z = rng.standard_normal((3, n))

        self.draw_breaches(rng, rng.poisson(breach_frequency))
        self.compliance = np.zeros(n)
        (found,) = np.nonzero(rng.random(n) < COMPLIANCE_PROBABILITY)
        overpaid = rng.beta(*law.error_rate, found.size) * OVERPAID_SHARE * encounters[found]
        self.compliance[found] = overpaid * rng.lognormal(*REPAYMENT, found.size)

    def draw_breaches(self, rng, counts):
        """Cost of each year's breaches after recoveries, the largest of them, and the fines."""
        n = counts.size
        (years,) = np.nonzero(counts)
        severity = rng.lognormal(*SEVERITY, counts.sum())
        while (refused := np.flatnonzero(severity > LARGEST_SEVERITY)).size:
            severity[refused] = rng.lognormal(*SEVERITY, refused.size)
        borne = 1 - rng.beta(*self.law.recovered_share, years.size)
        cost = severity * np.repeat(borne, counts[years])
        owner = np.repeat(years, counts[years])
        self.breaches = np.bincount(owner, cost, minlength=n)
        self.largest_breach = np.zeros(n)
        np.maximum.at(self.largest_breach, owner, cost)
        self.penalties = np.zeros(n)
        fines = rng.binomial(counts[years], PENALTY_PROBABILITY)
        fined = np.repeat(years, fines)
        for _ in range(PENALTY_PROVISIONS):
            amounts = np.bincount(fined, rng.lognormal(*PENALTY_AMOUNT, fined.size), minlength=n)
            self.penalties += np.minimum(amounts, PENALTY_ANNUAL_CAP)

    def bill(self, rng, share, volume, cost_of_capital, rows):
        """Fills the rows with the bill for a share of the work, the breach line before insurance."""
        departures, denials, write_offs = self.departures, self.denials, self.write_offs
        if share < 1:
            # Each one of the whole workforce falls to the option with the probability of its share.
            departures = rng.binomial(departures, share)
            others = rng.binomial(denials - write_offs, share)
            write_offs = rng.binomial(write_offs, share)
            denials = write_offs + others
        encounters = share * volume * INPATIENT_ENCOUNTERS
        hours = share * volume * REFERENCE_HOURS / self.productivity
        lost_hours = LOST_OUTPUT * HOURS_A_WEEK * claim_sum(self.law.onboarding_weeks, departures, self.onboarding_z)
        uncoded_days = self.dnfb_days + DAYS * BACKLOG_SHARE * lost_hours / hours
        uncollected = uncoded_days * encounters + DENIAL_DELAY_DAYS * denials
        rows[0] = self.law.rate * hours
        rows[1] = self.management_fee * hours
        rows[2] = encounters * self.query_rate * self.law.query_cost
        rows[3] = hours / HOURS_PER_CODER * MONTHS * self.audit_cost
        rows[4] = self.law.rate * lost_hours
        rows[5] = claim_sum(REWORK_COST, denials, self.rework_z)
        rows[6] = claim_sum(DENIED_PAYMENT, write_offs, self.payment_z)
        rows[7] = -self.case_mix_change * CASE_MIX_VALUE * encounters
        rows[8] = uncollected * PAYMENT_PER_ENCOUNTER * cost_of_capital / DAYS
        rows[9] = share * self.breaches
        rows[10] = self.penalties
        rows[11] = share * self.compliance
        rows[12] = share * self.regulation
        rows[13] = 0.0
        rows[PEAK] = share * self.largest_breach


def claim_sum(amount, count, z):
    """Normal approximation of the sum of `count` amounts, not below 0."""
    mean, sd = amount
    return np.maximum(count * mean + np.sqrt(count) * sd * z, 0.0)


def draw_pert(rng, law, n):
    alpha, beta, low, width = law
    return low + width * rng.beta(alpha, beta, n)


def draw_exposed(rng, n):
    """Share of the year that works with swapped coders."""
    exposed = np.zeros(n)
    (switched,) = np.nonzero(rng.random(n) < SWITCH_PROBABILITY)
    left = WEEKS - rng.uniform(*SWAP_WEEK, switched.size)
    exposed[switched] = np.clip(np.minimum(rng.gamma(*DETECTION_WEEKS, switched.size), left), 0.0, WEEKS) / WEEKS
    return exposed


def draw_regulation(rng, volume):
    cost = np.zeros(volume.size)
    (outlawed,) = np.nonzero(rng.random(volume.size) < draw_pert(rng, REGULATION_PROBABILITY, volume.size))
    premium = REGULATION_PREMIUM_PER_HOUR * volume[outlawed] * REFERENCE_HOURS
    cost[outlawed] = draw_pert(rng, REGULATION_MONTHS, outlawed.size) / MONTHS * premium + REGULATION_ONE_OFF
    return cost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    table = simulate(np.random.default_rng(arguments.seed), arguments.years)
    simulated = time.perf_counter() - start
    options, differences = measures(table, threads=1)
    seconds = time.perf_counter() - start
    result = {
        "years": arguments.years,
        "seed": arguments.seed,
        "threads": 1,
        "seconds": seconds,
        "seconds_simulating": simulated,
        "versions": {"Python": platform.python_version(), "NumPy": np.__version__},
        "options": options,
        "differences": differences,
    }
    print(json.dumps(result, default=float))


if __name__ == "__main__":
    main()
