//! A table for spreadsheets: whatever people wrote stays text there, never a formula.

/// Rows as CSV, with the mark by which spreadsheets know UTF-8.
pub fn table(rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Characters with which a spreadsheet begins a formula, also in their full-width forms.
const BEGINS_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// One cell. A text that a spreadsheet could take for a formula, at its beginning or after blanks or a separator, gets an
/// apostrophe before it, which spreadsheets show as text.
fn quoted(cell: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() && c != '\t' && c != '\r';
    let starts = |part: &str| part.trim_start_matches(is_blank).starts_with(BEGINS_FORMULA);
    let number = cell.parse::<f64>().is_ok_and(f64::is_finite) && !cell.starts_with('+');
    let dangerous = !number && cell.split([';', ',', '|', '\n']).any(starts);
    let safe = if dangerous { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains(['"', ',', '\n', '\r', ';']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_never_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x", "  =1", "a;=1", "a\n=cmd"] {
            assert!(quoted(text).trim_start_matches('"').starts_with('\''), "{text:?} → {}", quoted(text));
        }
    }

    #[test]
    fn figures_and_names_stay_as_they_are() {
        for text in ["12", "-3", "1.5", "林梅", "2026-11-21T10:00:00.000Z", "a-b", "x=y"] {
            assert_eq!(quoted(text), text);
        }
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }

    #[test]
    fn a_table_opens_in_a_spreadsheet_as_utf_8_with_line_ends_as_it_expects() {
        assert_eq!(table(&[vec!["a".into(), "谊".into()], vec!["1".into(), String::new()]]), "\u{feff}a,谊\r\n1,\r\n".as_bytes());
    }
}
