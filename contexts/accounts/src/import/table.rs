//! A file as a table of texts, whatever program wrote it: CSV with commas, semicolons, tabs or bars, in UTF-8, UTF-16 or
//! GB18030, or the first sheet of an XLSX workbook. Files are hostile until they are read: every size has its limit.

use super::xlsx;
use kernel::Problem;

/// How many bytes a file may have.
pub const BYTES: usize = 16 << 20;
/// How many rows.
pub const ROWS: usize = 200_000;
/// How many columns.
pub const COLUMNS: usize = 100;
/// How many characters a cell.
pub const CELL: usize = 10_000;

/// One row with the line on which it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1, as editors and spreadsheets do.
    pub line: usize,
    /// As many as the header has.
    pub cells: Vec<String>,
}

/// A file, read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns' names.
    pub header: Vec<String>,
    /// The rows that are not empty.
    pub rows: Vec<Row>,
}

fn problem(code: &str) -> Problem {
    Problem::new("file", format!("accounts.import.{code}"))
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Table, Problem> {
    if bytes.is_empty() {
        return Err(problem("file_empty"));
    }
    if bytes.len() > BYTES {
        return Err(problem("file_too_large").with("most", BYTES >> 20));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx::read(bytes);
    }
    // The old binary workbook, PDF, and the archives that people take for tables.
    if [&b"\xD0\xCF\x11\xE0"[..], b"%PDF", b"\x1F\x8B", b"Rar!", b"7z\xBC\xAF"].iter().any(|magic| bytes.starts_with(magic)) {
        return Err(problem("file_kind"));
    }
    from_csv(&text_of(bytes)?)
}

/// UTF-16 without its mark, told by the line breaks: in it they are two bytes, one of them zero.
fn unmarked(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let breaks = |pair: [u8; 2]| bytes.chunks_exact(2).any(|two| two == pair);
    let whole = bytes.len().is_multiple_of(2) && bytes.contains(&0);
    let told = [([b'\n', 0], encoding_rs::UTF_16LE), ([0, b'\n'], encoding_rs::UTF_16BE)];
    told.into_iter().find(|(pair, _)| whole && breaks(*pair)).map(|(_, encoding)| encoding)
}

/// The text behind the bytes. Without a mark or valid UTF-8 it is what Chinese spreadsheets write: GB18030.
fn text_of(bytes: &[u8]) -> Result<String, Problem> {
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let (text, unreadable) = match marked.or_else(|| unmarked(bytes)) {
        Some(encoding) => {
            let (text, _, unreadable) = encoding.decode(bytes);
            (text, unreadable)
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), false),
            Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes),
        },
    };
    // Web pages and JSON are texts too, and would be read as a table of one odd column.
    let other = text.trim_start().starts_with(['<', '{']) || text.trim_start().starts_with("[{");
    if unreadable || other || text.contains('\0') {
        return Err(problem("file_kind"));
    }
    Ok(text.into_owned())
}

/// What a spreadsheet writes before the header to say its separator, such as `sep=;`: the separator and what follows the line.
fn declared(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    match first.trim_end_matches('\r').trim_matches('"').to_ascii_lowercase().strip_prefix("sep=")?.as_bytes() {
        [separator @ (b',' | b';' | b'\t' | b'|')] => Some((*separator, rest)),
        _ => None,
    }
}

/// The separator that occurs most in the first line, outside quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(separator, _)| *separator == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

/// The line on which a quote opens that is never closed: the reader would take all that follows for one cell.
fn left_open(text: &str, separator: u8) -> Option<usize> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n' || (byte == b'\r' && bytes.peek() != Some(&b'\n')));
        match (byte, opened) {
            (b'"', None) if begins => opened = Some(line),
            // Two quotes are one quote of the text.
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => drop(bytes.next()),
            (b'"', Some(_)) => opened = None,
            _ => {}
        }
        begins = opened.is_none() && (byte == separator || matches!(byte, b'\n' | b'\r'));
    }
    opened
}

/// Counts the lines of a text on the way through it. The reader of comma-separated values begins a record before the line
/// breaks that it skips, so its own count is behind by those.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn step(&mut self) {
        let breaks = match self.text[self.at] {
            b'\n' => true,
            b'\r' => self.text.get(self.at + 1) != Some(&b'\n'),
            _ => false,
        };
        self.line += usize::from(breaks);
        self.at += 1;
    }

    /// The line on which the first record at or after this byte begins.
    fn of(&mut self, byte: usize) -> usize {
        while self.at < self.text.len() && (self.at < byte || matches!(self.text[self.at], b'\r' | b'\n')) {
            self.step();
        }
        self.line
    }
}

/// Reads comma-separated values.
pub fn from_csv(text: &str) -> Result<Table, Problem> {
    let (separator, body) = declared(text).unwrap_or_else(|| (separator(text), text));
    let before = usize::from(body.len() < text.len());
    if let Some(line) = left_open(body, separator) {
        return Err(problem("quote_open").with("line", before + line));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut builder = Builder::default();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { text: body.as_bytes(), at: 0, line: 1 + before };
    loop {
        let line = lines.of(usize::try_from(reader.position().byte()).unwrap_or(usize::MAX));
        match reader.read_record(&mut record) {
            Ok(true) => builder.row(line, record.iter())?,
            Ok(false) => return builder.finish(),
            Err(_) => return Err(problem("file_torn").with("line", line)),
        }
    }
}

/// Collects rows and refuses what is too much.
#[derive(Default)]
pub(super) struct Builder {
    table: Table,
    has_header: bool,
}

impl Builder {
    pub fn row<'a>(&mut self, line: usize, cells: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
        let mut row = Vec::with_capacity(self.table.header.len());
        for cell in cells {
            if row.len() >= COLUMNS {
                return Err(problem("too_many_columns").with("line", line).with("most", COLUMNS));
            }
            // One character more than fits is kept, so that the row is known to be bad and its file is not.
            row.push(if cell.len() > CELL { cell.trim().chars().take(CELL + 1).collect() } else { cell.trim().to_owned() });
        }
        if row.iter().all(String::is_empty) {
            return Ok(());
        }
        // What stands above the header is a title: one cell, where the rows below have several.
        let is_title = |header: &[String]| header.iter().filter(|cell| !cell.is_empty()).count() == 1;
        if self.has_header
            && self.table.rows.is_empty()
            && is_title(&self.table.header)
            && row.iter().filter(|cell| !cell.is_empty()).count() > 1
        {
            self.has_header = false;
        }
        if !self.has_header {
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
            self.table.header = row;
            self.has_header = true;
            return Ok(());
        }
        if self.table.rows.len() >= ROWS {
            return Err(problem("too_many_rows").with("most", ROWS));
        }
        // A row that is shorter has empty cells; what stands beyond the header belongs to no column and is kept for its problem.
        let least = self.table.header.len();
        if row.len() < least {
            row.resize(least, String::new());
        }
        while row.len() > least && row.last().is_some_and(String::is_empty) {
            row.pop();
        }
        self.table.rows.push(Row { line, cells: row });
        Ok(())
    }

    pub fn finish(self) -> Result<Table, Problem> {
        if self.table.rows.is_empty() { Err(problem("file_empty")) } else { Ok(self.table) }
    }
}

/// The table as comma-separated values, to keep until it is committed. Lines stand in the first column.
pub fn keep(table: &Table) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(std::iter::once("line").chain(table.header.iter().map(String::as_str)));
    for row in &table.rows {
        let _ = writer.write_record(std::iter::once(row.line.to_string().as_str()).chain(row.cells.iter().map(String::as_str)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Reads back what [`keep`] wrote.
pub fn kept(text: &str) -> Table {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut table = Table::default();
    for (at, record) in reader.records().flatten().enumerate() {
        let mut cells = record.iter();
        let line = cells.next().and_then(|line| line.parse().ok()).unwrap_or_default();
        let cells: Vec<String> = cells.map(str::to_owned).collect();
        if at == 0 {
            table.header = cells;
        } else {
            table.rows.push(Row { line, cells });
        }
    }
    table
}

/// A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe, which [`unquoted`] takes off.
pub fn safe(cell: &str) -> String {
    let begins = cell.trim_start().chars().next();
    let risky = matches!(begins, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) || cell.starts_with(['\t', '\r', '\n']);
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell without the apostrophe that [`safe`] put before it.
pub fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| safe(rest) != *rest).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes()).unwrap().rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn commas_semicolons_tabs_and_bars_are_told_by_the_header() {
        for text in ["a,b\n1,x;y\n", "a;b\n1;x\n", "a\tb\n1\tx,y\n", "a|b\r\n1|x\r\n", "\"a,1;;;\",b\n1,2\n"] {
            assert_eq!(rows(text)[0].len(), 2, "{text:?}");
            assert_eq!(rows(text)[0][0], "1");
        }
    }

    #[test]
    fn quotes_line_breaks_marks_and_right_to_left_text_come_through() {
        let text = "\u{feff}name,song\r\nluna,\"الصوت, الأصلي\"\r\n\r\n小美,\"one\ntwo 🍳\"\r\n";
        let table = read(text.as_bytes()).unwrap();
        assert_eq!(table.header, ["name", "song"]);
        assert_eq!(table.rows[0].cells[1], "الصوت, الأصلي");
        assert_eq!(table.rows[1], Row { line: 4, cells: vec!["小美".into(), "one\ntwo 🍳".into()] });
    }

    #[test]
    fn utf_16_and_gb18030_are_read() {
        let text = "账号,国家\nluna,英国\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&utf16).unwrap().header, ["账号", "国家"]);
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(read(&gb).unwrap().rows[0].cells, ["luna", "英国"]);
        for unmarked in [&utf16[2..], &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()] {
            assert_eq!(read(unmarked).unwrap().rows[0].cells, ["luna", "英国"]);
        }
    }

    #[test]
    fn what_programs_and_people_write_above_the_header_is_no_header() {
        let table = read(b"sep=;\r\nname;country\r\nluna, the cook;GB\r\n").unwrap();
        assert_eq!((table.header.as_slice(), table.rows[0].line), (&["name".to_owned(), "country".to_owned()][..], 3));
        assert_eq!(table.rows[0].cells, ["luna, the cook", "GB"]);
        let table = read("达人名单 2026-11,,\n,,\n账号,国家,粉丝数\nluna,英国,12\n".as_bytes()).unwrap();
        assert_eq!((table.header.len(), table.rows[0].line), (3, 4));
        assert_eq!(rows("name\nluna\nmira\n"), [["luna"], ["mira"]], "a file of one column has a header all the same");
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_no_rows() {
        let open = read(b"name,country\n\"ok\nstill ok\",GB\nluna,\"GB\nmira,GB\n").unwrap_err();
        assert_eq!((open.code.as_str(), &open.facts["line"]), ("accounts.import.quote_open", &4.into()));
        for fine in ["a,b\n\"say \"\"hi\"\"\",1\n", "a,b\n5\" pipe,1\n", "a,b\n\"x\",\"\"\n", "a,b\n\"x\"y,\"1\"\n"] {
            assert_eq!(rows(fine).len(), 1, "{fine:?}");
        }
    }

    #[test]
    fn what_is_no_table_is_refused_by_name() {
        let code = |bytes: &[u8]| read(bytes).unwrap_err().code;
        assert_eq!(code(b""), "accounts.import.file_empty");
        assert_eq!(code(b"a,b\n"), "accounts.import.file_empty");
        assert_eq!(code(b"%PDF-1.7"), "accounts.import.file_kind");
        assert_eq!(code(b"a\0b\n1"), "accounts.import.file_kind");
        assert_eq!(code(b"<html><table><tr><td>name\n1"), "accounts.import.file_kind");
        assert_eq!(code(b"[{\"name\": 1},\n2]"), "accounts.import.file_kind");
        assert_eq!(code(&vec![b'a'; BYTES + 1]), "accounts.import.file_too_large");
    }

    #[test]
    fn every_size_has_its_limit_just_before_and_at_the_edge() {
        let columns = |n: usize| format!("{}\n{}\n", vec!["c"; n].join(","), vec!["1"; n].join(","));
        assert!(read(columns(COLUMNS).as_bytes()).is_ok());
        assert_eq!(read(columns(COLUMNS + 1).as_bytes()).unwrap_err().code, "accounts.import.too_many_columns");
        let kept = |n: usize| rows(&format!("a\n{}\n", "é".repeat(n)))[0][0].chars().count();
        assert_eq!([kept(CELL), kept(CELL + 1), kept(CELL + 2)], [CELL, CELL + 1, CELL + 1]);
        let lines = |n: usize| format!("a\n{}", "1\n".repeat(n));
        assert!(read(lines(ROWS).as_bytes()).is_ok());
        assert_eq!(read(lines(ROWS + 1).as_bytes()).unwrap_err().code, "accounts.import.too_many_rows");
    }

    #[test]
    fn a_kept_table_reads_back_as_it_was() {
        let table = read("a;b\n\n=1+1;x\n2;\"y;z\"\n".as_bytes()).unwrap();
        assert_eq!(kept(&keep(&table)), table);
    }

    #[test]
    fn no_cell_is_a_formula_and_an_import_takes_the_mark_off_again() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "  =1", "=cmd|'/c calc'!A0", "\n=1"]
        {
            assert!(safe(formula).starts_with('\''), "{formula:?}");
            assert_eq!(unquoted(&safe(formula)), formula);
        }
        for fine in ["luna", "'tis", "1-2", "", "你好", "a=b"] {
            assert_eq!(unquoted(&safe(fine)), fine);
        }
    }
}
