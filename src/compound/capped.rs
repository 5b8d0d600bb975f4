//! What is the law of a sum of provisions, each of which adds up as many amounts as the others and is capped?

use super::frequency::Frequency;
use super::lattice::Lattice;
use super::severity::masses;
use crate::distributions::Law;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// The law of `sum over provisions of min(sum of N amounts, cap)`, the provisions' amounts independent given `N`. `cells` divide the cap.
///
/// Given each number of amounts the capped sum is convolved with one more amount and capped again, without tilt or wrapping, then
/// taken to the power of the provisions.
pub fn capped(frequency: &Frequency, amount: &Law, provisions: u32, cap: f64, cells: usize) -> Lattice {
    let step = cap / cells as f64;
    let mut one = masses(amount, step, cells);
    one.push(1.0 - one.iter().sum::<f64>());
    let zero = amount.cdf(0.0).p();
    let within = Transform::new(2 * cells + 1);
    let across = Transform::new(provisions as usize * cells + 1);
    let of_one = within.forward(&one);
    let mut sum = vec![0.0; cells + 1];
    sum[0] = 1.0;
    let mut spectrum = vec![Complex::new(0.0, 0.0); across.size / 2 + 1];
    let (mut none, mut all_zero) = (0.0, 1.0);
    for (number, probability) in frequency.counts().into_iter().enumerate() {
        if number > 0 {
            let product = within.forward(&sum).iter().zip(&of_one).map(|(a, b)| a * b).collect();
            let mut next = within.inverse(product);
            let beyond: f64 = next[cells..].iter().sum();
            next.truncate(cells);
            next.push(beyond);
            sum = next;
            all_zero *= zero;
        }
        for (total, value) in spectrum.iter_mut().zip(across.forward(&sum)) {
            *total += value.powu(provisions) * probability;
        }
        none += probability * (0..provisions).fold(1.0, |power, _| power * all_zero);
    }
    let mut values = across.inverse(spectrum);
    values.truncate(provisions as usize * cells + 1);
    Lattice::whole(step, none, &values)
}

/// A transform of real sequences of at most a length.
struct Transform {
    size: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Transform {
    fn new(length: usize) -> Self {
        let size = length.next_power_of_two().max(4);
        let mut planner = RealFftPlanner::<f64>::new();
        Self { size, forward: planner.plan_fft_forward(size), inverse: planner.plan_fft_inverse(size) }
    }

    fn forward(&self, values: &[f64]) -> Vec<Complex<f64>> {
        let mut padded = values.to_vec();
        padded.resize(self.size, 0.0);
        let mut spectrum = vec![Complex::new(0.0, 0.0); self.size / 2 + 1];
        self.forward.process(&mut padded, &mut spectrum).expect("sizes agree");
        spectrum
    }

    fn inverse(&self, mut spectrum: Vec<Complex<f64>>) -> Vec<f64> {
        spectrum[0].im = 0.0;
        spectrum[self.size / 2].im = 0.0;
        let mut values = vec![0.0; self.size];
        self.inverse.process(&mut spectrum, &mut values).expect("sizes agree");
        values.iter_mut().for_each(|value| *value /= self.size as f64);
        values
    }
}
