//! What an edit costs in trees of different sizes, drawn as SVG. Both axes are logarithmic.

use super::Measured;
use anyhow::{Result, ensure};
use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 130.0;
const COLOURS: [&str; 4] = ["#7f7f7f", "#1f77b4", "#2ca02c", "#d62728"];

/// A line of the picture: modules of the tree, and milliseconds.
struct Series {
    what: &'static str,
    points: Vec<(f64, f64)>,
}

/// # Errors
/// If fewer than two of the trees are made up.
pub fn edits(measured: &[Measured]) -> Result<String> {
    let made_up: Vec<(f64, &Measured)> =
        measured.iter().filter_map(|it| Some((it.modules? as f64, it))).collect();
    ensure!(made_up.len() > 1, "a line has two points: name two numbers of modules with --tree");
    let series = |what, value: &dyn Fn(&Measured) -> Option<f64>| {
        let points = made_up.iter().filter_map(|(modules, it)| Some((*modules, value(it)?)));
        let mut points: Vec<(f64, f64)> = points.collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Series { what, points }
    };
    let others = |it: &Measured| {
        let answers = &it.servers.first()?.answers;
        let others = answers.iter().find(|it| it.what.contains("another file"))?;
        Some(others.spread.median)
    };
    Ok(drawn(&[
        series("parsing the edited module alone", &|it| Some(it.tree.edit.as_ref()?.parse.median)),
        series("the index is up to date", &|it| Some(it.tree.edit.as_ref()?.update.median)),
        series("… and the module's findings are there", &|it| {
            Some(it.tree.edit.as_ref()?.findings.median)
        }),
        series("another file's findings are with the editor", &others),
    ]))
}

fn drawn(series: &[Series]) -> String {
    let all = || series.iter().flat_map(|it| &it.points);
    let decades = |values: &mut dyn Iterator<Item = f64>| {
        let (low, high) =
            values.fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)));
        let low = low.log10().floor() as i32;
        (low, (high.log10().ceil() as i32).max(low + 1))
    };
    let (x_low, x_high) = decades(&mut all().map(|it| it.0));
    let (y_low, y_high) = decades(&mut all().map(|it| it.1));
    let share =
        |value: f64, low: i32, high: i32| (value.log10() - f64::from(low)) / f64::from(high - low);
    let x = |modules: f64| LEFT + share(modules, x_low, x_high) * (WIDTH - LEFT - RIGHT);
    let y = |ms: f64| HEIGHT - BOTTOM - share(ms, y_low, y_high) * (HEIGHT - TOP - BOTTOM);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<title>What an edit costs in trees of different sizes</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n<g stroke=\"#ddd\">\n"
    );
    let (left, right, top, bottom) = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM);
    let marks = |low: i32, high: i32| (low..=high).map(|power| 10f64.powi(power));
    for at in marks(y_low, y_high).map(y) {
        let _ = writeln!(svg, "<path d=\"M{left} {at:.1}H{right}\"/>");
    }
    for at in marks(x_low, x_high).map(x) {
        let _ = writeln!(svg, "<path d=\"M{at:.1} {top}V{bottom}\"/>");
    }
    svg.push_str("</g>\n<g fill=\"#333\" text-anchor=\"end\">\n");
    for ms in marks(y_low, y_high) {
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\">{ms} ms</text>", left - 8.0, y(ms) + 4.0);
    }
    svg.push_str("</g>\n<g fill=\"#333\" text-anchor=\"middle\">\n");
    for modules in marks(x_low, x_high) {
        let _ =
            writeln!(svg, "<text x=\"{:.1}\" y=\"{}\">{modules}</text>", x(modules), bottom + 18.0);
    }
    let middle = (left + right) / 2.0;
    let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{}\">modules</text>\n</g>", bottom + 36.0);
    for (number, (Series { what, points }, colour)) in series.iter().zip(COLOURS).enumerate() {
        let places: Vec<(f64, f64)> = points.iter().map(|it| (x(it.0), y(it.1))).collect();
        let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let line = line.join(" ");
        let _ = writeln!(
            svg,
            "<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        );
        for (x, y) in places {
            let _ =
                writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{colour}\"/>");
        }
        let at = bottom + 58.0 + 18.0 * number as f64;
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {}h24\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
             <text x=\"{}\" y=\"{at}\" fill=\"#333\">{what}</text>",
            at - 4.0,
            left + 32.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_as_much_is_one_mark_further() {
        let svg = drawn(&[Series { what: "line", points: vec![(100.0, 1.0), (1000.0, 10.0)] }]);
        // From corner to corner of what the axes enclose.
        let corners = format!("{LEFT:.1},{:.1} {:.1},{TOP:.1}", HEIGHT - BOTTOM, WIDTH - RIGHT);
        assert!(svg.contains(&format!("points=\"{corners}\"")), "{svg}");
    }

    #[test]
    fn of_one_tree_there_is_no_line() {
        assert!(edits(&[]).is_err());
    }
}
