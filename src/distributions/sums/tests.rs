use super::*;

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap()
}

#[test]
fn survey() {
    let zeros =
        Law::mixture(vec![(0.3, Law::point(0.0).unwrap()), (0.7, law("lognormal", &[("mu", 0.0), ("sigma", 0.7)]))])
            .unwrap();
    let cases = [
        ("lognormal .55", law("lognormal", &[("mu", 0.0), ("sigma", 0.55)])),
        ("lognormal 1.37", law("lognormal", &[("mu", 0.0), ("sigma", 1.37)])),
        ("lognormal 2.5", law("lognormal", &[("mu", 0.0), ("sigma", 2.5)])),
        ("lognormal 3", law("lognormal", &[("mu", 0.0), ("sigma", 3.0)])),
        ("gamma 2", law("gamma", &[("shape", 2.0), ("scale", 1.0)])),
        ("gamma 2 trunc", law("gamma", &[("shape", 2.0), ("scale", 1.0)]).truncated(0.0, 1e3).unwrap()),
        ("exp trunc", law("exponential", &[("mean", 1.0)]).truncated(0.0, 1e3).unwrap()),
        ("inverse gaussian", law("inverse_gaussian", &[("mean", 1.0), ("shape", 0.5)])),
        ("uniform", law("uniform", &[("min", 0.0), ("max", 1.0)])),
        ("uniform 10-11", law("uniform", &[("min", 10.0), ("max", 11.0)])),
        ("weibull .7", law("weibull", &[("shape", 0.7), ("scale", 1.0)])),
        ("weibull 8", law("weibull", &[("shape", 8.0), ("scale", 1.0)])),
        ("beta", law("beta", &[("alpha", 2.0), ("beta", 5.0)])),
        ("pareto 2.5", law("pareto", &[("shape", 2.5), ("scale", 1.0)])),
        ("pareto 1.5", law("pareto", &[("shape", 1.5), ("scale", 1.0)])),
        ("pareto .8", law("pareto", &[("shape", 0.8), ("scale", 1.0)])),
        ("zeros", zeros),
        ("student", law("student_t", &[("location", 100.0), ("scale", 5.0), ("dof", 12.0)])),
        ("normal trunc", law("normal", &[("mean", 100.0), ("sd", 5.0)]).truncated(0.0, 200.0).unwrap()),
        ("lattice", Law::discrete(&[0.0, 1.0, 5.0], &[0.5, 0.3, 0.2]).unwrap()),
        ("bernoulli", Law::discrete(&[0.0, 1.0], &[0.9, 0.1]).unwrap()),
        ("off lattice", Law::discrete(&[0.5, 1.2345678912, 3.1415926], &[0.5, 0.3, 0.2]).unwrap()),
    ];
    for (name, amount) in cases {
        let start = cpu();
        let sum = CompiledSum::compile(&amount, 2000.0);
        let compile = (cpu() - start) * 1e3;
        let mut worst = String::new();
        for n in [2.0, 5.0, 17.0, 21.0, 100.0, 320.0, 333.0, 353.0, 1100.0, 1e4] {
            let (mean, sd) = moments(&sum, n);
            worst += &format!(" {:.0e}/{:.0e}", mean / n / amount.mean() - 1.0, sd / n / amount.variance() - 1.0);
        }
        let start = cpu();
        let mut total = 0.0;
        for i in 0..200_000u64 {
            let bits = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            total += sum.quantile(1.0 + (bits >> 20 & 1023) as f64, Probability::from_bits(bits));
        }
        let call = (cpu() - start) / 200_000.0 * 1e9;
        println!("{name:16} {compile:7.1} ms {:5} kB {call:5.0} ns {worst} {total:.3e}", sum.bytes() / 1024);
    }
}

/// Mean and variance of the compiled quantile function, by quadrature over both tails.
fn moments(sum: &CompiledSum, n: f64) -> (f64, f64) {
    let nodes = [0.069_431_844_202_973_71, 0.330_009_478_207_571_87, 0.669_990_521_792_428_1, 0.930_568_155_797_026_3];
    let weights =
        [0.173_927_422_568_726_93, 0.326_072_577_431_273_07, 0.326_072_577_431_273_07, 0.173_927_422_568_726_93];
    let middle = sum.quantile(n, Probability::lower(0.5));
    let (mut first, mut second) = (0.0, 0.0);
    for octave in 1..300 {
        for panel in 0..64 {
            let width = libm::ldexp(1.0, -octave - 1) / 64.0;
            let low = libm::ldexp(1.0, -octave - 1) + width * f64::from(panel);
            for (at, weight) in nodes.iter().zip(weights) {
                let tail = low + width * at;
                for p in [Probability::lower(tail), Probability::upper(tail)] {
                    let x = sum.quantile(n, p) - middle;
                    first += weight * width * x;
                    second += weight * width * x * x;
                }
            }
        }
    }
    (middle + first, second - first * first)
}

fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}
