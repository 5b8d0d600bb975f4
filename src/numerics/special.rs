//! Which special functions do the laws rest on, and how exact are they?

use super::Probability;

pub fn ln_gamma(x: f64) -> f64 {
    statrs::function::gamma::ln_gamma(x)
}
/// Gamma law of shape `a` and scale 1 at `x`.
pub fn gamma_cdf(a: f64, x: f64) -> Probability {
    Probability::lower(statrs::function::gamma::gamma_lr(a, x))
}
pub fn gamma_quantile(_a: f64, _p: Probability) -> f64 {
    todo!()
}
pub fn beta_cdf(a: f64, b: f64, x: f64) -> Probability {
    Probability::lower(statrs::function::beta::beta_reg(a, b, x))
}
pub fn beta_quantile(_a: f64, _b: f64, _p: Probability) -> f64 {
    todo!()
}
pub fn normal_cdf(x: f64) -> Probability {
    if x > 0.0 {
        Probability::upper(0.5 * libm::erfc(x * std::f64::consts::FRAC_1_SQRT_2))
    } else {
        Probability::lower(0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2))
    }
}
pub fn normal_quantile(p: Probability) -> f64 {
    statrs::function::erf::erfc_inv(2.0 * p.tail()) * if p.is_upper() { 1.0 } else { -1.0 } * std::f64::consts::SQRT_2
}
pub fn student_t_cdf(_dof: f64, _x: f64) -> Probability {
    todo!()
}
pub fn student_t_quantile(_dof: f64, _p: Probability) -> f64 {
    todo!()
}
