//! Workbooks: reading the first sheet of one that may be hostile, and writing the small one that is the template.

use super::table::{Builder, COLUMNS, ROWS, Table};
use calamine::{DataRef, Reader, Xlsx};
use kernel::Problem;
use std::io::{Cursor, Read, Write};

/// How many bytes a workbook may have when it is unpacked.
const UNPACKED: u64 = 192 << 20;
/// How many parts it may have.
const PARTS: usize = 1_000;

fn problem(code: &str) -> Problem {
    Problem::new("file", format!("accounts.import.{code}"))
}

/// Unpacks every part and counts, believing nothing that the archive says about itself.
fn unpacks_within_limits(bytes: &[u8]) -> Result<(), Problem> {
    let torn = |_| problem("file_torn_workbook");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(torn)?;
    if archive.len() > PARTS {
        return Err(problem("unpacks_too_large"));
    }
    let mut left = UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(torn)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| problem("file_torn_workbook"))?;
        left = left.checked_sub(read).ok_or_else(|| problem("unpacks_too_large"))?;
    }
    Ok(())
}

fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Beyond 2^53 the last digits are gone: written with its exponent, an id is seen to be rounded.
        DataRef::Float(number) if number.abs() >= 9_007_199_254_740_992.0 => format!("{number:E}").replace('E', "E+"),
        // Whole numbers print without a fraction.
        DataRef::Float(number) => format!("{number}"),
        DataRef::Bool(answer) => answer.to_string(),
        DataRef::DateTime(at) => at.as_datetime_text(),
        DataRef::Error(_) => String::new(),
    }
}

trait AsText {
    fn as_datetime_text(&self) -> String;
}

impl AsText for calamine::ExcelDateTime {
    /// A spreadsheet's date: days since 1899-12-30, as a date and time of UTC.
    fn as_datetime_text(&self) -> String {
        let ms = ((self.as_f64() - 25_569.0) * 86_400_000.0).round();
        kernel::Instant(ms as i64).to_string()
    }
}

/// Reads the first sheet, cell by cell: a sheet whose two cells stand in opposite corners costs no more than two cells.
pub fn read(bytes: &[u8]) -> Result<Table, Problem> {
    unpacks_within_limits(bytes)?;
    let torn = |_| problem("file_torn_workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(torn)?;
    let first = book.sheet_names().first().cloned().ok_or_else(|| problem("file_empty"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(torn)?;
    let mut builder = Builder::default();
    let mut row: Vec<String> = Vec::new();
    let mut line = 0;
    let mut rows = 0;
    while let Some(cell) = cells.next_cell().map_err(torn)? {
        let (at, column) = cell.get_position();
        if (at as usize) != line && !row.is_empty() {
            builder.row(line + 1, row.iter().map(String::as_str))?;
            row.clear();
            rows += 1;
        }
        line = at as usize;
        let value = text(cell.get_value());
        if value.is_empty() {
            continue;
        }
        if column as usize >= COLUMNS {
            return Err(problem("too_many_columns").with("line", line + 1).with("most", COLUMNS));
        }
        if rows > ROWS {
            return Err(problem("too_many_rows").with("most", ROWS));
        }
        row.resize((column as usize).max(row.len()), String::new());
        row.push(value);
    }
    builder.row(line + 1, row.iter().map(String::as_str))?;
    builder.finish()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn sheet(rows: &[Vec<&str>]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for (at, row) in rows.iter().enumerate() {
        xml.push_str(&format!("<row r=\"{}\">", at + 1));
        for cell in row {
            xml.push_str(&format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(cell)));
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Import\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const BOOK_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

/// A workbook of one sheet of texts. Texts are never formulas there, whatever they begin with.
pub fn write(rows: &[Vec<&str>]) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("xl/workbook.xml", BOOK.to_owned()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.to_owned()),
        ("xl/worksheets/sheet1.xml", sheet(rows)),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        // Writing to memory cannot fail.
        let _ = archive.start_file(name, zip::write::SimpleFileOptions::default());
        let _ = archive.write_all(body.as_bytes());
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let rows = [vec!["账号", "粉丝数"], vec!["luna & <co>", "78.9m"], vec!["=1+1", ""]];
        let table = read(&write(&rows)).unwrap();
        assert_eq!(table.header, ["账号", "粉丝数"]);
        assert_eq!(table.rows[0].cells, ["luna & <co>", "78.9m"]);
        assert_eq!((table.rows[1].line, table.rows[1].cells[0].as_str()), (3, "=1+1"));
    }

    #[test]
    fn a_workbook_that_unpacks_to_gigabytes_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let zeros = vec![b'0'; 1 << 20];
        archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
        (0..=(UNPACKED >> 20)).for_each(|_| archive.write_all(&zeros).unwrap());
        let bomb = archive.finish().unwrap().into_inner();
        assert!(bomb.len() < 1 << 20, "it is small while it is packed");
        assert_eq!(read(&bomb).unwrap_err().code, "accounts.import.unpacks_too_large");
    }

    #[test]
    fn a_zip_that_is_no_workbook_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("../../evil.txt", zip::write::SimpleFileOptions::default()).unwrap();
        let other = archive.finish().unwrap().into_inner();
        assert_eq!(read(&other).unwrap_err().code, "accounts.import.file_torn_workbook");
        assert_eq!(read(b"PK\x03\x04torn").unwrap_err().code, "accounts.import.file_torn_workbook");
    }

    #[test]
    fn a_number_whose_last_digits_are_gone_is_seen_to_be_rounded() {
        assert_eq!(text(&DataRef::Float(6_892_428_462_015_958_273.0)), "6.892428462015958E+18");
        assert_eq!(text(&DataRef::Float(7_600_000_000.0)), "7600000000");
        assert_eq!(text(&DataRef::Float(0.166)), "0.166");
    }

    #[test]
    fn a_sheet_with_cells_in_opposite_corners_costs_nothing() {
        let xml = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>b</t></is></c></row></sheetData></worksheet>";
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let parts = [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
            ("xl/worksheets/sheet1.xml", xml),
        ];
        for (name, body) in parts {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(body.as_bytes()).unwrap();
        }
        let wide = archive.finish().unwrap().into_inner();
        assert_eq!(read(&wide).unwrap_err().code, "accounts.import.too_many_columns");
    }
}
