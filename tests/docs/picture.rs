//! The picture of the README is what the program prints.

use anstyle_svg::{Palette, Term};
use dynolint::output::style;

use super::examples::{Sample, still};
use super::generated;

/// What is typed, in `fixtures/rails`.
const COMMAND: &str = "dynolint --min-severity error config/environments lib";

/// Columns of the terminal.
const COLUMNS: usize = 100;

/// The colours of a terminal, in the order of their numbers. All are told apart on [`BACKGROUND`].
const PALETTE: [(u8, u8, u8); 16] = [
    (0x48, 0x4f, 0x58),
    (0xff, 0x7b, 0x72),
    (0x56, 0xd3, 0x64),
    (0xe3, 0xb3, 0x41),
    (0x79, 0xc0, 0xff),
    (0xd2, 0xa8, 0xff),
    (0x76, 0xe3, 0xea),
    (0xe6, 0xed, 0xf3),
    (0x8b, 0x94, 0x9e),
    (0xff, 0x7b, 0x72),
    (0x7e, 0xe7, 0x87),
    (0xf2, 0xcc, 0x60),
    (0x79, 0xc0, 0xff),
    (0xd2, 0xa8, 0xff),
    (0xa5, 0xd6, 0xff),
    (0xff, 0xff, 0xff),
];

/// Darker than a white page, lighter than a black one.
const BACKGROUND: &str = "#161b22";

/// Space above the text for the window's bar, in pixels.
const BAR: usize = 36;

/// The picture in the frame of a window, readable on pages of any colour.
fn framed(text: &str) -> String {
    let palette = PALETTE.map(|(red, green, blue)| anstyle::RgbColor(red, green, blue));
    let foreground = anstyle::Color::Rgb(anstyle::RgbColor(0xe6, 0xed, 0xf3));
    let term = Term::new().palette(Palette::from(palette)).fg_color(foreground).background(false);
    let inner = term.render_svg(text).replace(".dimmed { opacity: 0.4; }", ".dimmed { opacity: 0.7; }");
    let size = |name: &str| -> usize {
        let (_, rest) = inner.split_once(&format!("{name}=\"")).expect("an attribute");
        rest.split_once("px").and_then(|(number, _)| number.parse().ok()).expect("pixels")
    };
    let (width, height) = (size("width") + 12, size("height") + BAR);
    let inner = inner.replacen("<svg ", &format!("<svg x=\"6\" y=\"{}\" ", BAR - 8), 1);
    let (w, h) = (width - 1, height - 1);
    let dots = [(20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")]
        .map(|(x, fill)| format!("  <circle cx=\"{x}\" cy=\"19\" r=\"6\" fill=\"{fill}\"/>\n"))
        .concat();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n  <title>{COMMAND}</title>\n  <rect x=\"0.5\" y=\"0.5\" \
         width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{BACKGROUND}\" stroke=\"#57606a\"/>\n{dots}{inner}</svg>\n"
    )
}

#[test]
fn the_picture_is_what_is_printed() {
    let sample = Sample::of("fixtures/rails");
    let (out, err) = sample.run(&format!("{COMMAND} --color always --output-format full"));
    // On a terminal the findings are broken at its width already.
    let err = style::fit(&still(&err), COLUMNS);
    let prompt = format!("\u{1b}[32m$\u{1b}[0m \u{1b}[1m{COMMAND}\u{1b}[0m\n");
    generated("docs/terminal.svg", &framed(&format!("{prompt}{out}{err}")));
}
