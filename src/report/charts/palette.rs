//! Which colour and line does an option have on every chart?

use super::scene::{Color, Dash, Stroke};

/// Okabe and Ito's colours for all kinds of colour vision, yellow left out as too faint on white, two dark ones added.
const COLORS: [Color; 8] = [
    Color::new(0x00, 0x72, 0xb2),
    Color::new(0xd5, 0x5e, 0x00),
    Color::new(0x00, 0x9e, 0x73),
    Color::new(0xcc, 0x79, 0xa7),
    Color::new(0xe6, 0x9f, 0x00),
    Color::new(0x56, 0xb4, 0xe9),
    Color::new(0x44, 0x44, 0x44),
    Color::new(0x8c, 0x56, 0x2b),
];

const DASHES: [Dash; 7] = [
    Dash::Solid,
    Dash::Pattern(&[11.0, 5.0]),
    Dash::Pattern(&[3.0, 4.0]),
    Dash::Pattern(&[12.0, 4.0, 3.0, 4.0]),
    Dash::Pattern(&[20.0, 6.0]),
    Dash::Pattern(&[6.0, 4.0]),
    Dash::Pattern(&[16.0, 4.0, 3.0, 4.0, 3.0, 4.0]),
];

/// Colour of the option at `index`.
pub(super) fn color(index: usize) -> Color {
    COLORS[index % COLORS.len()]
}

/// Line of the option at `index`: 8 colours against 7 patterns, so that 56 options differ.
pub(super) fn stroke(index: usize, width: f64) -> Stroke {
    Stroke { color: color(index), width, dash: DASHES[index % DASHES.len()] }
}
