"""Imports beside the one of Parquet: CSV against DuckDB, a workbook, and how long a look at a large file takes."""

import pathlib
import shutil
import tempfile
import zipfile

import measure
import report
import shops
from compare import check_groups

CSV_IMPORT = "dangol: import of CSV"
CSV_PEER = "duckdb: CSV sorted and written"
INIT = "dangol: init on the CSV"
WORKBOOK = "dangol: import of a workbook"
WORKBOOK_ROWS = 50_000


def bench_csv(bench, data, runs):
    """Compares and times the import of a CSV, and `init` on it."""
    with tempfile.TemporaryDirectory(prefix="shop-", dir=bench.cache) as folder:
        shop = data.write_shop(pathlib.Path(folder) / "shop")
        bench.dangol("import", "--shop", shop)
        found, _ = bench.peer("duckdb_csv", data, 0, "--scratch", folder, "--store", shop / "store")
        check_groups(found["ours"], found["theirs"], "lines of the CSV, our store against DuckDB")

        return {
            CSV_IMPORT: measure.repeat(runs, lambda: bench.dangol("import", "--shop", data.write_shop(shop))),
            CSV_PEER: bench.peer("duckdb_csv", data, runs, "--scratch", folder)[1],
            INIT: measure.repeat(runs, lambda: init(bench, data, pathlib.Path(folder) / "guessed")),
        }


def init(bench, data, folder):
    shutil.rmtree(folder, ignore_errors=True)
    return bench.dangol("init", data.path, "--shop", folder)


def bench_workbook(bench, runs):
    """Times the import of a workbook."""
    with tempfile.TemporaryDirectory(prefix="shop-", dir=bench.cache) as folder:
        name = f"workbook, {WORKBOOK_ROWS:,} rows"
        data = shops.Data(name, "sim", write_workbook(pathlib.Path(folder) / "lines.xlsx"))
        shop = pathlib.Path(folder) / "shop"
        times = measure.repeat(runs, lambda: bench.dangol("import", "--shop", data.write_shop(shop)))
        return report.entry(name, data.path, {WORKBOOK: times}), {WORKBOOK: times}


def write_workbook(path):
    """A workbook of order lines, as spreadsheets write one: shared strings, numbers, dates as numbers."""
    texts = {}

    def text(value):
        return f't="s"><v>{texts.setdefault(value, len(texts))}</v></c>'

    def cell(row, column, value):
        place = f'<c r="{chr(ord("A") + column)}{row}" '
        if isinstance(value, str):
            return place + text(value)
        # Style 1 is a date with a clock.
        style = 's="1"' if isinstance(value, float) else ""
        return f"{place}{style}><v>{value}</v></c>"

    lines = [list(shops.SIM_COLUMNS)]
    for at in range(WORKBOOK_ROWS):
        order = at // 3
        lines.append(
            [
                f"O{order:07}",
                f"M{order * 7919 % 9973:05}",
                45_000 + order * 1_000 / WORKBOOK_ROWS + 0.5,
                f"P{at % 500:04}",
                1 + at % 4,
                1_000 + 100 * (at % 97),
                0,
                "",
                3_000,
                "completed",
                "own_site",
                "KR",
            ]
        )
    rows = "".join(
        f'<row r="{number}">{"".join(cell(number, at, value) for at, value in enumerate(line))}</row>'
        for number, line in enumerate(lines, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="lines" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">'
        + "".join(f"<si><t>{value}</t></si>" for value in texts)
        + "</sst>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
