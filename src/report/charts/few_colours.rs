//! How does a picture of few colours become a file a third of the size?
//!
//! A chart has a dozen colours and the shades between them: at most 256 are kept, the rarest others take the nearest of them.

use super::ChartError;

/// Most colours of a file with one byte for each pixel.
const MOST: usize = 256;
/// Bits of a channel that tell shades apart.
const BITS: u32 = 5;
/// Shades in all.
const SHADES: usize = 1 << (3 * BITS);

/// Rows of red, green and blue as a PNG.
pub(super) fn png(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, ChartError> {
    let failed = |error: png::EncodingError| ChartError::Painting(error.to_string());
    let (palette, indexes) = reduced(pixels);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::Best);
    encoder.set_filter(png::FilterType::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&indexes).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

/// Colours, and which of them each pixel has.
fn reduced(pixels: &[u8]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut counts = vec![0u64; SHADES];
    let mut sums = vec![[0u64; 3]; SHADES];
    for pixel in pixels.chunks_exact(3) {
        let shade = shade(pixel);
        counts[shade] += 1;
        for (sum, channel) in sums[shade].iter_mut().zip(pixel) {
            *sum += u64::from(*channel);
        }
    }
    let mean = |shade: usize| sums[shade].map(|sum| ((sum + counts[shade] / 2) / counts[shade].max(1)) as u8);
    let mut shades: Vec<usize> = (0..SHADES).filter(|shade| counts[*shade] > 0).collect();
    shades.sort_by_key(|shade| (std::cmp::Reverse(counts[*shade]), *shade));
    let palette: Vec<[u8; 3]> = shades.iter().take(MOST).map(|shade| mean(*shade)).collect();
    let mut index_of = vec![0u8; SHADES];
    for (place, shade) in shades.iter().enumerate() {
        index_of[*shade] = if place < MOST { place as u8 } else { nearest(&palette, mean(*shade)) };
    }
    let indexes = pixels.chunks_exact(3).map(|pixel| index_of[shade(pixel)]).collect();
    (palette, indexes)
}

fn shade(pixel: &[u8]) -> usize {
    pixel.iter().take(3).fold(0, |shade, channel| (shade << BITS) | usize::from(channel >> (8 - BITS)))
}

fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let distance =
        |known: &[u8; 3]| -> u32 { known.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let place = palette.iter().enumerate().min_by_key(|(_, known)| distance(known)).map_or(0, |(place, _)| place);
    place as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pixel_changes_more_than_a_shade() {
        // A white ground with a gradient of 64 blues and a line of black.
        let ground = |i: usize| if i < 60_000 { [255; 3] } else { [0, (i % 64) as u8 * 4, 200] };
        let pixels: Vec<u8> = (0..70_000).flat_map(ground).chain([0; 300]).collect();
        let (palette, indexes) = reduced(&pixels);
        assert!(palette.len() <= MOST && palette.contains(&[255; 3]) && palette.contains(&[0; 3]));
        for (pixel, index) in pixels.chunks_exact(3).zip(&indexes) {
            let kept = palette[usize::from(*index)];
            assert!(pixel.iter().zip(kept).all(|(a, b)| a.abs_diff(b) < 8), "{pixel:?} became {kept:?}");
        }
        let file = png(&pixels, 701, 100).unwrap();
        let back = image::load_from_memory(&file).unwrap().to_rgb8();
        assert_eq!((back.width(), back.height()), (701, 100));
        let first = palette[usize::from(indexes[65_000])];
        assert_eq!(back.as_raw()[3 * 65_000..3 * 65_001], first);
    }

    #[test]
    fn more_colours_than_a_file_holds_take_the_nearest() {
        let pixels: Vec<u8> =
            (0..4096u32).flat_map(|i| [(i % 16 * 16) as u8, (i / 16 % 16 * 16) as u8, (i / 256 * 16) as u8]).collect();
        let (palette, indexes) = reduced(&pixels);
        assert_eq!((palette.len(), indexes.len()), (MOST, 4096));
    }
}
