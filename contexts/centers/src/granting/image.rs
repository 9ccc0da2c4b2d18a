//! A code as a picture: SVG for screens, PNG for files that are sent on.

use kernel::Refusal;
use qrcode::{Color, EcLevel, QrCode};

/// How many pixels wide a module of the PNG is; with it a phone reads the file from another screen.
const MODULE: usize = 8;

/// How many modules of white stand around the code. Source: ISO/IEC 18004, four on every side.
const QUIET: usize = 4;

fn code(text: &str) -> Result<QrCode, Refusal> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|bad| Refusal::Fault(format!("no picture of a code: {bad}")))
}

/// The code as SVG.
pub fn svg(text: &str) -> Result<String, Refusal> {
    Ok(code(text)?.render::<qrcode::render::svg::Color<'_>>().min_dimensions(300, 300).build())
}

/// The code as PNG, in grey of one bit.
pub fn png(text: &str) -> Result<Vec<u8>, Refusal> {
    let code = code(text)?;
    let side = (code.width() + 2 * QUIET) * MODULE;
    let modules = code.to_colors();
    let is_dark = |x: usize, y: usize| {
        let place = |pixel: usize| (pixel / MODULE).checked_sub(QUIET).filter(|at| *at < code.width());
        place(x).zip(place(y)).is_some_and(|(x, y)| modules.get(y * code.width() + x) == Some(&Color::Dark))
    };
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        let byte = |from: usize| (0..8).fold(0_u8, |bits, bit| (bits << 1) | u8::from(!is_dark(from + bit, y)));
        rows.extend((0..side).step_by(8).map(byte));
    }
    written(side, &rows).map_err(|bad| Refusal::Fault(format!("no picture of a code: {bad}")))
}

fn written(side: usize, rows: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header()?.write_image_data(rows)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_png_holds_the_code_with_its_quiet_zone() {
        let text = "https://house.example/grant/1.3.0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef";
        let file = png(text).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let shape = reader.next_frame(&mut pixels).unwrap();
        let modules = code(text).unwrap();
        assert_eq!(shape.width as usize, (modules.width() + 2 * QUIET) * MODULE);
        let is_dark = |x: usize, y: usize| pixels[y * shape.line_size + x / 8] >> (7 - x % 8) & 1 == 0;
        for y in 0..modules.width() {
            for x in 0..modules.width() {
                let middle = |at: usize| (at + QUIET) * MODULE + MODULE / 2;
                assert_eq!(is_dark(middle(x), middle(y)), modules[(x, y)] == Color::Dark, "{x} {y}");
            }
        }
        assert!((0..shape.width as usize).all(|x| !is_dark(x, QUIET * MODULE - 1)));
    }

    #[test]
    fn the_svg_is_one_picture_without_a_script() {
        let drawn = svg("https://house.example/grant/1.3.a.b").unwrap();
        assert!(drawn.contains("<svg") && !drawn.contains("<script"));
    }
}
