/** A made-up import report. */
import { DAYS, groupBy, isoDay, makeOrders } from "./orders.ts";

const orders = makeOrders();
const reasons = ["not_a_number", "not_a_date", "negative_price"];
const rows = Array.from({ length: 47 }, (_, i) => ({
  source: "order_lines",
  file: "data/online_retail.csv",
  line: 1204 + 977 * i,
  column: ["amount", "ordered_at", "unit_price"][i % 3],
  value: ["n/a", "2011-13-40", "-11062.06"][i % 3],
  reason: reasons[i % 3],
  text: {
    en: `“${["n/a", "2011-13-40", "-11062.06"][i % 3]}” cannot be read in this column.`,
    ko: `이 열에서 “${["n/a", "2011-13-40", "-11062.06"][i % 3]}” 값을 읽을 수 없어요.`,
  },
  row: {
    InvoiceNo: "A563185",
    StockCode: "B",
    Description: "Adjust bad debt",
    Quantity: "1",
    InvoiceDate: i % 3 === 1 ? "2011-13-40" : "2011-08-12 14:50",
    UnitPrice: i % 3 === 2 ? "-11062.06" : "n/a",
    CustomerID: "",
  },
}));

export const quarantine = (query: URLSearchParams) => {
  const reason = query.get("reason");
  const some = rows.filter((row) => !reason || row.reason === reason);
  const offset = Number(query.get("offset") ?? 0);
  return {
    total: some.length,
    rows: some.slice(offset, offset + Number(query.get("limit") ?? 50)),
  };
};

const months = groupBy(orders, (o) => `${o.on.slice(0, 7)}-01`);
const histogram = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    from: i * 10,
    to: i * 10 + 10,
    rows: Math.round(9000 * Math.exp(-i / 4)),
  }));

export const quality = {
  snapshot: "000001",
  imported_at: "2011-12-10T13:00:00Z",
  seconds: 1.8,
  sources: [
    {
      source: "order_lines",
      files: [
        {
          path: "data/online_retail.csv",
          bytes: 45580638,
          format: "csv",
          encoding: "UTF-8",
          delimiter: ",",
          sheet: null,
          rows_read: 541909,
        },
      ],
      rows_read: 541909,
      fates: [
        { fate: "kept", rows: 524831 },
        { fate: "dropped", rule: "duplicates", rows: 5268 },
        { fate: "dropped", rule: "cancellations", rows: 9251 },
        { fate: "dropped", rule: "zero_prices", rows: 2512 },
        { fate: "quarantined", rows: 47 },
      ],
      flags: [{ flag: "missing_customer", rows: 131778 }],
      quarantine: reasons.map((reason, i) => ({
        reason,
        column: "amount",
        rows: [16, 16, 15][i],
        sample: { file: "data/online_retail.csv", line: 1204, value: "n/a" },
      })),
      columns: [
        {
          column: "order_id",
          source_column: "InvoiceNo",
          kind: "text",
          missing: 0,
          missing_share: 0,
          distinct: 19960,
          min: null,
          max: null,
          mean: null,
          top: [
            { value: "573585", rows: 1114 },
            { value: "581219", rows: 749 },
          ],
          histogram: null,
        },
        {
          column: "customer_id",
          source_column: "CustomerID",
          kind: "text",
          missing: 131778,
          missing_share: 0.251,
          distinct: 4338,
          min: null,
          max: null,
          mean: null,
          top: [
            { value: "17841", rows: 7847 },
            { value: "14911", rows: 5677 },
          ],
          histogram: null,
        },
        {
          column: "ordered_at",
          source_column: "InvoiceDate",
          kind: "time",
          missing: 0,
          missing_share: 0,
          distinct: 18499,
          min: isoDay(0),
          max: isoDay(DAYS - 1),
          mean: null,
          top: null,
          histogram: histogram(13).reverse(),
        },
        {
          column: "quantity",
          source_column: "Quantity",
          kind: "number",
          missing: 0,
          missing_share: 0,
          distinct: 375,
          min: 1,
          max: 12540,
          mean: 10.66,
          top: null,
          histogram: histogram(20),
        },
        {
          column: "unit_price",
          source_column: "UnitPrice",
          kind: "number",
          missing: 0,
          missing_share: 0,
          distinct: 1292,
          min: 0.001,
          max: 13541.33,
          mean: 3.92,
          top: null,
          histogram: histogram(20),
        },
      ],
      coverage: {
        first_on: isoDay(0),
        last_on: isoDay(DAYS - 1),
        days: DAYS,
        days_with_orders: 305,
        gaps: [{ from: isoDay(22), to: isoDay(33), days: 12 }],
        by_month: [...months].map(([month, mine]) => ({
          month,
          orders: mine.length,
          order_lines: mine.reduce((n, o) => n + o.lines, 0),
          revenue: mine.reduce((n, o) => n + o.revenue, 0),
        })),
      },
    },
  ],
  findings: [
    {
      code: "gap",
      severity: "warning",
      about: "coverage",
      values: {},
      text: {
        en: "No orders for 12 days from 23 December 2010.",
        ko: "2010년 12월 23일부터 12일 동안 주문이 없어요.",
      },
    },
  ],
};

export const mapping = {
  path: "shop.toml",
  toml: '[shop]\nname = "Online Retail"\ncurrency = "GBP"\ntime_zone = "Europe/London"\n\n[sources.order_lines]\npath = "data/online_retail.csv"\n\n[sources.order_lines.columns]\norder_id = "InvoiceNo"\ncustomer_id = "CustomerID"\nordered_at = "InvoiceDate"\nquantity = "Quantity"\nunit_price = "UnitPrice"\n',
};

export const runs = {
  runs: [
    {
      id: 2,
      kind: "analysis",
      name: "rfm",
      started_at: "2011-12-10T13:05:00Z",
      seconds: 0.042,
      outcome: "done",
      snapshot: "000001",
      version: "0.1.0",
      params: {},
      inputs: [],
      counts: {},
    },
    {
      id: 1,
      kind: "import",
      name: "import",
      started_at: "2011-12-10T13:00:00Z",
      seconds: 1.8,
      outcome: "done",
      snapshot: "000001",
      version: "0.1.0",
      params: {},
      inputs: [{ path: "data/online_retail.csv", bytes: 45580638, blake3: "af13" }],
      counts: {},
    },
  ],
};
