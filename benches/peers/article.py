"""Which figures does the article's case have? Those of configs/article.toml, typed in for the two Python peers.

Laws are tuples of the parameters that NumPy and numba take.
"""

from math import exp, expm1, log, log1p, sqrt
from typing import NamedTuple


def lognormal(mean, sd):
    """mu, sigma"""
    variance = log1p((sd / mean) ** 2)
    return log(mean) - variance / 2, sqrt(variance)


def gamma(mean, sd):
    """shape, scale"""
    return (mean / sd) ** 2, sd**2 / mean


def beta(mean, sd):
    """alpha, beta"""
    size = mean * (1 - mean) / sd**2 - 1
    return mean * size, (1 - mean) * size


def pert(low, mode, high):
    """alpha, beta, minimum, width"""
    width = high - low
    return 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, width


def lognormal_amount(median, sigma):
    """mean, sd of one amount: all that the normal approximation of a sum needs"""
    mean = median * exp(sigma**2 / 2)
    return mean, mean * sqrt(expm1(sigma**2))


COMPONENTS = (
    "labour", "management", "queries", "audit", "onboarding", "denial_rework", "denial_write_off",
    "case_mix", "dnfb", "breach", "penalties", "compliance", "regulation", "transition",
)  # fmt: skip
OPTIONS = ("Domestic", "Offshore", "Blended 60/40")
BLEND = (0.6, 0.4)

# Rows of the table of years: the reference hours, then for each option its components, total and largest breach.
PARTS = len(COMPONENTS)
TOTAL = PARTS
PEAK = PARTS + 1
WIDTH = PARTS + 2
ROWS = 1 + len(OPTIONS) * WIDTH

WEEKS, HOURS_A_WEEK, MONTHS, DAYS = 52.0, 40.0, 12.0, 365.0

INPATIENT_ENCOUNTERS = 18_300.0
REFERENCE_HOURS = 7_322.0
PAYMENT_PER_ENCOUNTER = 13_500.0
CASE_MIX_VALUE = 45_000.0
HOURS_PER_CODER = 1_920.0
COST_OF_CAPITAL = pert(0.045, 0.06, 0.09)
RETENTION, LIMIT, PREMIUM = 500_000.0, 10_000_000.0, 150_000.0

VOLUME = lognormal(1.0, 0.04)
PAYER_STRICTNESS = gamma(1.0, 0.20)
THREAT = gamma(1.0, 0.50)

# What both workforces have in common.
LOST_OUTPUT = 1 - 0.70
DENIAL_DISPERSION = 15.0
BACKLOG_SHARE = 0.15
DENIAL_DELAY_DAYS = 60.0
REWORK_COST = (118.0, 70.0)
DENIED_PAYMENT = lognormal_amount(9_000.0, 0.7)
AUDITOR_RATE = pert(40.0, 50.0, 65.0)
WRITE_OFF_SHARE = beta(0.25, 0.08)
SEVERITY = (14.88, 1.37)
LARGEST_SEVERITY = 250_000_000.0
PENALTY_PROBABILITY, PENALTY_PROVISIONS, PENALTY_ANNUAL_CAP = 0.02, 3, 1_500_000.0
PENALTY_AMOUNT = (12.6, 1.2)
COMPLIANCE_PROBABILITY = 0.05
OVERPAID_SHARE = 0.5
REPAYMENT = lognormal(5_316.0, 300.0)


class Workforce(NamedTuple):
    """Drivers whose law has the same family for both workforces."""

    rate: float
    turnover: tuple  # gamma
    onboarding_weeks: tuple  # mean, sd of one amount
    audit_hours: tuple  # gamma
    query_rate: tuple  # beta
    query_cost: float
    denial_rate: tuple  # beta
    case_mix_drift: tuple  # normal
    recovered_share: tuple  # beta
    error_rate: tuple  # beta


DOMESTIC = Workforce(
    rate=60.0,
    turnover=gamma(0.15, 0.06),
    onboarding_weeks=(16.0, 6.0),
    audit_hours=gamma(4.0, 1.5),
    query_rate=beta(0.06, 0.015),
    query_cost=12.0,
    denial_rate=beta(0.030, 0.006),
    case_mix_drift=(0.0, 0.004),
    recovered_share=beta(0.50, 0.20),
    error_rate=beta(0.05, 0.02),
)
DOMESTIC_PRODUCTIVITY = lognormal(1.0, 0.08)
DOMESTIC_BREACH_FREQUENCY = gamma(0.020, 0.010)

OFFSHORE = Workforce(
    rate=35.0,
    turnover=gamma(0.30, 0.10),
    onboarding_weeks=(22.0, 9.0),
    audit_hours=gamma(10.0, 2.5),
    query_rate=beta(0.09, 0.02),
    query_cost=20.0,
    denial_rate=beta(0.0563, 0.012),
    case_mix_drift=(-0.0978, 0.03),
    recovered_share=beta(0.10, 0.08),
    error_rate=beta(0.07, 0.025),
)
OFFSHORE_PRODUCTIVITY = pert(0.52, 0.67, 0.86)
OFFSHORE_BREACH_FREQUENCY = (log(0.020), 0.60)
MANAGEMENT_FEE = pert(0.0, 2.0, 5.0)
DNFB_DAYS = gamma(2.0, 1.0)
SWITCH_PROBABILITY = 0.25
SWAP_WEEK = (4.0, 16.0)
DETECTION_WEEKS = gamma(16.0, 8.0)
PRODUCTIVITY_LOSS, DENIAL_UPLIFT, CASE_MIX_LOSS = 0.15, 0.5, 0.03
REGULATION_PROBABILITY = pert(0.01, 0.03, 0.10)
REGULATION_MONTHS = pert(3.0, 6.0, 12.0)
REGULATION_PREMIUM_PER_HOUR, REGULATION_ONE_OFF = 25.0, 150_000.0
