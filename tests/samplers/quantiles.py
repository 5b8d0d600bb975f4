"""Which quantiles do laws have at 50 digits? Writes quantiles.csv: `python quantiles.py > quantiles.csv`, with mpmath 1.3."""

from mpmath import mp, mpf, betainc, erfc, erfinv, exp, findroot, gammainc, log, sqrt, gamma

mp.dps = 50
HALF = mpf(1) / 2


def normal_cdf(z):
    return erfc(-z / sqrt(2)) / 2


def normal_quantile(p):
    """From the nearer side; erfinv alone loses no digits at 50."""
    return sqrt(2) * erfinv(2 * p - 1)


def solve(tail, upper, cdf, survival, start, step):
    """Bisects in the logarithm of the tail after a bracket is found."""
    value = survival if upper else cdf
    target = log(tail)
    low, high = start / step, start * step
    rising = not upper
    while (log(value(low)) > target) == rising:
        low /= step
    while (log(value(high)) < target) == rising:
        high *= step
    return findroot(lambda x: log(value(x)) - target, (low, high), solver="anderson", tol=mpf(10) ** -60, maxsteps=200, verify=False)


def gamma_law(shape):
    return (
        lambda x: gammainc(shape, 0, x, regularized=True),
        lambda x: gammainc(shape, x, mp.inf, regularized=True),
        lambda tail, upper: shape if upper or tail > 0.01 else (tail * gamma(shape + 1)) ** (1 / shape),
        mpf(2),
    )


def inverse_gaussian(shape):
    def cdf(x):
        return normal_cdf(sqrt(shape / x) * (x - 1)) + exp(2 * shape) * normal_cdf(-sqrt(shape / x) * (x + 1))

    def survival(x):
        return normal_cdf(-sqrt(shape / x) * (x - 1)) - exp(2 * shape) * normal_cdf(-sqrt(shape / x) * (x + 1))

    return cdf, survival, lambda tail, upper: mpf(1), mpf("1.5")


def main():
    print("family,shape,second,side,tail,quantile")
    tails = ["1e-12", "1e-9", "0.001", "0.3"]
    for family, first, second in [
        ("gamma", "0.1", "1"), ("gamma", "2.5", "1"), ("gamma", "400", "1"),
        ("inverse_gaussian", "1", "0.5"), ("inverse_gaussian", "1", "20"),
        ("beta", "0.3", "0.3"), ("beta", "2", "5"), ("beta", "100", "5"),
        ("lognormal", "0", "0.01"), ("lognormal", "0", "1.37"), ("lognormal", "0", "3"),
        ("normal", "0", "1"), ("weibull", "0.7", "1"), ("pareto", "2.5", "1"), ("student_t", "3", "1"),
    ]:
        a, b = mpf(float(first)), mpf(float(second))
        for side in ("lower", "upper"):
            for tail in tails:
                q = mpf(float(tail))
                p = 1 - q if side == "upper" else q
                up = side == "upper"
                mp.dps = 70
                if family == "gamma":
                    cdf, survival, start, step = gamma_law(a)
                    x = solve(q, up, cdf, survival, start(q, up), step)
                elif family == "inverse_gaussian":
                    cdf, survival, start, step = inverse_gaussian(b)
                    x = solve(q, up, cdf, survival, start(q, up), step)
                elif family == "beta":
                    # In the log-odds, which have no ends.
                    share = lambda y: 1 / (1 + exp(-y))
                    value = lambda y: betainc(b, a, 0, share(-y), regularized=True) if up else betainc(a, b, 0, share(y), regularized=True)
                    low, high = mpf(-200), mpf(200)
                    for _ in range(230):
                        middle = (low + high) / 2
                        if (value(middle) < q) != up:
                            low = middle
                        else:
                            high = middle
                    x = share(low)
                elif family == "lognormal":
                    x = exp(a + b * normal_quantile(p))
                elif family == "normal":
                    x = normal_quantile(p)
                elif family == "weibull":
                    x = (-log(1 - p)) ** (1 / a)
                elif family == "pareto":
                    x = (1 - p) ** (-1 / a) - 1
                else:
                    # P(T > t) = I(dof / (dof + t^2); dof / 2, 1 / 2) / 2.
                    low, high = mpf(0), mpf(10) ** 6
                    for _ in range(250):
                        middle = (low + high) / 2
                        if betainc(a / 2, HALF, 0, a / (a + middle * middle), regularized=True) / 2 > q:
                            low = middle
                        else:
                            high = middle
                    x = low if up else -low
                mp.dps = 50
                print(f"{family},{first},{second},{side},{tail},{mp.nstr(x, 20)}")


main()
