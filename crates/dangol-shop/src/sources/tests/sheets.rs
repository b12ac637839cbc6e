//! Several sheets of a workbook.

use rust_xlsxwriter::Workbook;

use super::*;

/// A workbook of sheets, each a name and rows of cells.
fn workbook(folder: &Folder, sheets: &[(&str, &[&str])]) -> PathBuf {
    let path = folder.path().join("years.xlsx");
    let mut book = Workbook::new();
    for (name, lines) in sheets {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in lines.iter().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                sheet.write(row as u32, column as u16, cell).expect("cell");
            }
        }
    }
    book.save(&path).expect("saved");
    path
}

fn years(folder: &Folder) -> PathBuf {
    workbook(
        folder,
        &[
            ("Summary", &["year,sum", "2023,3", "2024,9"]),
            ("2023", &["id,price", "a,1", "b,2"]),
            ("2024", &["price,id,coupon", "3,c,x", "4,d,y", "5,e,z"]),
            ("Notes", &["made by the shop"]),
        ],
    )
}

fn with(path: &Path, sheets: SheetChoice) -> Result<Opened, SourceError> {
    super::super::open(path, &ReadHints { sheets, ..ReadHints::default() })
}

fn names(opened: &Opened) -> Vec<String> {
    opened.tables.iter().map(SourceTable::name).collect()
}

#[test]
fn sheets_by_name_and_all_that_are_alike() {
    let folder = Folder::new();
    let path = years(&folder);
    let named = SheetChoice::Named(texts(&["2024", " 2023 ", "2024"]));
    let opened = with(&path, named).expect("sheets");
    assert_eq!(names(&opened), ["years.xlsx/2024", "years.xlsx/2023"]);
    assert_eq!(rows(&opened.tables[0])[0], (2, texts(&["3", "c", "x"])));
    assert_eq!(rows(&opened.tables[1]), [(2, texts(&["a", "1"])), (3, texts(&["b", "2"]))]);

    let opened = with(&path, SheetChoice::Alike).expect("sheets");
    assert_eq!(names(&opened), ["years.xlsx/2023", "years.xlsx/2024"]);
    assert_eq!(opened.left_out.len(), 1);
    assert_eq!(
        (opened.left_out[0].path.clone(), &opened.left_out[0].why),
        (path.join("Summary"), &WhyLeftOut::OtherHeaders)
    );

    let opened = with(&path, SheetChoice::Each).expect("sheets");
    assert_eq!(names(&opened), ["years.xlsx/Summary", "years.xlsx/2023", "years.xlsx/2024"]);
    let opened = with(&path, SheetChoice::Named(texts(&["2023"]))).expect("a sheet");
    assert_eq!(names(&opened), ["years.xlsx"], "one sheet is the workbook");
    assert_eq!(names(&with(&path, SheetChoice::First).expect("a sheet")), ["years.xlsx"]);
}

#[test]
fn sheets_that_are_not_there_or_no_tables() {
    let folder = Folder::new();
    let path = years(&folder);
    let error = with(&path, SheetChoice::Named(texts(&["2023", "Sumary"]))).expect_err("no sheet");
    let hint = error.hint();
    assert!(error.to_string().contains("‘Sumary’"), "{error}");
    assert!(hint.contains("did you mean ‘Summary’") && hint.contains("‘Notes’"), "{hint}");
    let error = with(&path.join("2023"), SheetChoice::First).expect_err("sheets are no files");
    assert!(matches!(error, SourceError::NoSuchFile { .. }), "{error}");
    let error = with(&path, SheetChoice::Named(texts(&["2023", "Notes"]))).expect_err("no table");
    assert!(
        matches!(&error, SourceError::ExcelNoTable { sheet: Some(sheet), .. } if sheet == "Notes"),
        "{error}"
    );
}

#[test]
fn a_sheet_without_header_is_named_among_those_left_out() {
    let folder = Folder::new();
    let path =
        workbook(&folder, &[("2023", &["id,price", "a,1", "b,2"]), ("2024", &["17,3", "18,4", "19,5"])]);
    let opened = with(&path, SheetChoice::Alike).expect("a sheet");
    assert_eq!(names(&opened), ["years.xlsx/2023"]);
    assert_eq!(opened.left_out, [LeftOut { path: path.join("2024"), why: WhyLeftOut::NoHeader }]);
    let error = with(&path, SheetChoice::Named(texts(&["2023", "2024"]))).expect_err("no header");
    assert!(matches!(error, SourceError::NoHeader { .. }), "{error}");
}
