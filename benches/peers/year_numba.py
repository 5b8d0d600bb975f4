"""How fast is the article's case compiled by numba, year by year on all cores?

`python year_numba.py --years 1000000 --seed 1` prints one line of JSON with the measures of a run of tailcost. The clock
starts when the code is compiled. Sums of claims take the usual normal approximation.
"""

import argparse
import json
import math
import platform
import time

import numba
import numpy as np
from numba import njit, prange

from article import *
from measures import measures

BREACH = COMPONENTS.index("breach")
FAST = {"fastmath": True, "error_model": "numpy"}


def simulate(generators, years):
    table = np.empty((ROWS, years))
    fill(generators, table)
    return table


@njit(parallel=True, **FAST)
def fill(generators, table):
    tasks = len(generators)
    years = table.shape[1]
    for task in prange(tasks):
        rng = generators[task]
        for year in range(years * task // tasks, years * (task + 1) // tasks):
            simulate_year(rng, table, year)


@njit(**FAST)
def simulate_year(rng, table, year):
    volume = rng.lognormal(VOLUME[0], VOLUME[1])
    strictness = rng.gamma(PAYER_STRICTNESS[0], PAYER_STRICTNESS[1])
    threat = rng.gamma(THREAT[0], THREAT[1])
    cost_of_capital = pert_value(rng, COST_OF_CAPITAL)
    table[0, year] = volume * REFERENCE_HOURS

    # No switch, no management fee, no slower billing and no regulation at home.
    productivity = rng.lognormal(DOMESTIC_PRODUCTIVITY[0], DOMESTIC_PRODUCTIVITY[1])
    frequency = rng.gamma(DOMESTIC_BREACH_FREQUENCY[0], DOMESTIC_BREACH_FREQUENCY[1]) * threat
    drawn = draw(rng, DOMESTIC, volume, strictness, productivity, frequency, 0.0)
    domestic = drawn + (0.0, 0.0, 0.0)

    productivity = pert_value(rng, OFFSHORE_PRODUCTIVITY)
    frequency = rng.lognormal(OFFSHORE_BREACH_FREQUENCY[0], OFFSHORE_BREACH_FREQUENCY[1]) * threat
    drawn = draw(rng, OFFSHORE, volume, strictness, productivity, frequency, exposed_share(rng))
    fee = pert_value(rng, MANAGEMENT_FEE)
    dnfb_days = rng.gamma(DNFB_DAYS[0], DNFB_DAYS[1])
    offshore = drawn + (fee, dnfb_days, regulation(rng, volume))

    table[1:, year] = 0.0
    bill(rng, DOMESTIC, domestic, 1.0, volume, cost_of_capital, table, 1, year)
    bill(rng, OFFSHORE, offshore, 1.0, volume, cost_of_capital, table, 1 + WIDTH, year)
    bill(rng, DOMESTIC, domestic, BLEND[0], volume, cost_of_capital, table, 1 + 2 * WIDTH, year)
    bill(rng, OFFSHORE, offshore, BLEND[1], volume, cost_of_capital, table, 1 + 2 * WIDTH, year)
    for option in range(3):
        row = 1 + option * WIDTH
        insured = min(max(table[row + BREACH, year] - RETENTION, 0.0), LIMIT)
        table[row + BREACH, year] += PREMIUM - insured
        total = 0.0
        for part in range(PARTS):
            total += table[row + part, year]
        table[row + TOTAL, year] = total


@njit(**FAST)
def draw(rng, law, volume, strictness, productivity, breach_frequency, exposed):
    """A year of a workforce as if it did all of the work."""
    encounters = volume * INPATIENT_ENCOUNTERS
    productivity *= 1 - exposed * PRODUCTIVITY_LOSS
    case_mix_change = rng.normal(law.case_mix_drift[0], law.case_mix_drift[1]) - exposed * CASE_MIX_LOSS
    audit_cost = rng.gamma(law.audit_hours[0], law.audit_hours[1]) * pert_value(rng, AUDITOR_RATE)
    query_rate = rng.beta(law.query_rate[0], law.query_rate[1])

    coders = volume * REFERENCE_HOURS / productivity / HOURS_PER_CODER
    departures = rng.poisson(coders * rng.gamma(law.turnover[0], law.turnover[1]))
    denial_mean = rng.beta(law.denial_rate[0], law.denial_rate[1]) * encounters * strictness
    denial_mean *= (1 + exposed * DENIAL_UPLIFT) * rng.gamma(DENIAL_DISPERSION, 1 / DENIAL_DISPERSION)
    denials = rng.poisson(denial_mean)
    write_offs = rng.binomial(denials, rng.beta(WRITE_OFF_SHARE[0], WRITE_OFF_SHARE[1]))

    breaches, largest_breach, penalties = draw_breaches(rng, law, rng.poisson(breach_frequency))
    compliance = 0.0
    if rng.random() < COMPLIANCE_PROBABILITY:
        overpaid = rng.beta(law.error_rate[0], law.error_rate[1]) * OVERPAID_SHARE * encounters
        compliance = overpaid * rng.lognormal(REPAYMENT[0], REPAYMENT[1])
    return (
        productivity,
        case_mix_change,
        audit_cost,
        query_rate,
        departures,
        denials,
        write_offs,
        rng.standard_normal(),
        rng.standard_normal(),
        rng.standard_normal(),
        breaches,
        largest_breach,
        penalties,
        compliance,
    )


@njit(**FAST)
def draw_breaches(rng, law, count):
    """Cost of the year's breaches after recoveries, the largest of them, and the fines."""
    if count == 0:
        return 0.0, 0.0, 0.0
    borne = 1 - rng.beta(law.recovered_share[0], law.recovered_share[1])
    total, largest = 0.0, 0.0
    for _ in range(count):
        severity = rng.lognormal(SEVERITY[0], SEVERITY[1])
        while severity > LARGEST_SEVERITY:
            severity = rng.lognormal(SEVERITY[0], SEVERITY[1])
        total += borne * severity
        largest = max(largest, borne * severity)
    fines = rng.binomial(count, PENALTY_PROBABILITY)
    penalties = 0.0
    for _ in range(PENALTY_PROVISIONS):
        amount = 0.0
        for _ in range(fines):
            amount += rng.lognormal(PENALTY_AMOUNT[0], PENALTY_AMOUNT[1])
        penalties += min(amount, PENALTY_ANNUAL_CAP)
    return total, largest, penalties


@njit(**FAST)
def bill(rng, law, drawn, share, volume, cost_of_capital, table, row, year):
    """Adds the bill for a share of the work to a column of zeros, the breach line before insurance."""
    (
        productivity,
        case_mix_change,
        audit_cost,
        query_rate,
        departures,
        denials,
        write_offs,
        onboarding_z,
        rework_z,
        payment_z,
        breaches,
        largest_breach,
        penalties,
        compliance,
        fee,
        dnfb_days,
        regulation_cost,
    ) = drawn
    if share < 1:
        # Each one of the whole workforce falls to the option with the probability of its share.
        departures = rng.binomial(departures, share)
        others = rng.binomial(denials - write_offs, share)
        write_offs = rng.binomial(write_offs, share)
        denials = write_offs + others
    encounters = share * volume * INPATIENT_ENCOUNTERS
    hours = share * volume * REFERENCE_HOURS / productivity
    lost_hours = LOST_OUTPUT * HOURS_A_WEEK * claim_sum(law.onboarding_weeks, departures, onboarding_z)
    uncoded_days = dnfb_days + DAYS * BACKLOG_SHARE * lost_hours / hours
    uncollected = uncoded_days * encounters + DENIAL_DELAY_DAYS * denials
    table[row, year] += law.rate * hours
    table[row + 1, year] += fee * hours
    table[row + 2, year] += encounters * query_rate * law.query_cost
    table[row + 3, year] += hours / HOURS_PER_CODER * MONTHS * audit_cost
    table[row + 4, year] += law.rate * lost_hours
    table[row + 5, year] += claim_sum(REWORK_COST, denials, rework_z)
    table[row + 6, year] += claim_sum(DENIED_PAYMENT, write_offs, payment_z)
    table[row + 7, year] -= case_mix_change * CASE_MIX_VALUE * encounters
    table[row + 8, year] += uncollected * PAYMENT_PER_ENCOUNTER * cost_of_capital / DAYS
    table[row + 9, year] += share * breaches
    table[row + 10, year] += penalties
    table[row + 11, year] += share * compliance
    table[row + 12, year] += share * regulation_cost
    table[row + PEAK, year] = max(table[row + PEAK, year], share * largest_breach)


@njit(**FAST)
def claim_sum(amount, count, z):
    """Normal approximation of the sum of `count` amounts, not below 0."""
    return max(count * amount[0] + math.sqrt(count) * amount[1] * z, 0.0)


@njit(**FAST)
def pert_value(rng, law):
    return law[2] + law[3] * rng.beta(law[0], law[1])


@njit(**FAST)
def exposed_share(rng):
    """Share of the year that works with swapped coders."""
    if rng.random() >= SWITCH_PROBABILITY:
        return 0.0
    left = WEEKS - rng.uniform(SWAP_WEEK[0], SWAP_WEEK[1])
    weeks = min(rng.gamma(DETECTION_WEEKS[0], DETECTION_WEEKS[1]), left)
    return min(max(weeks, 0.0), WEEKS) / WEEKS


@njit(**FAST)
def regulation(rng, volume):
    if rng.random() >= pert_value(rng, REGULATION_PROBABILITY):
        return 0.0
    premium = REGULATION_PREMIUM_PER_HOUR * volume * REFERENCE_HOURS
    return pert_value(rng, REGULATION_MONTHS) / MONTHS * premium + REGULATION_ONE_OFF


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    threads = numba.get_num_threads()
    seeds = np.random.SeedSequence(arguments.seed).spawn(threads)
    generators = tuple(np.random.default_rng(seed) for seed in seeds)
    begin = time.perf_counter()
    simulate(tuple(np.random.default_rng(0) for _ in range(threads)), 2)
    start = time.perf_counter()
    table = simulate(generators, arguments.years)
    simulated = time.perf_counter() - start
    options, differences = measures(table, threads)
    seconds = time.perf_counter() - start
    result = {
        "years": arguments.years,
        "seed": arguments.seed,
        "threads": threads,
        "seconds": seconds,
        "seconds_simulating": simulated,
        "seconds_compiling": start - begin,
        "versions": {"Python": platform.python_version(), "NumPy": np.__version__, "numba": numba.__version__},
        "options": options,
        "differences": differences,
    }
    print(json.dumps(result, default=float))


if __name__ == "__main__":
    main()
