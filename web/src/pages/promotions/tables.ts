/** Tables and rows of the promotions page. */
import type {
  AgeOfferRow,
  CameRow,
  CouponState,
  PromotionRow,
  ResponseRow,
  SalesPoint,
} from "$/api";
import type { Figure } from "$/charts/figures";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import { timesText } from "../channels/tables";

export const measures = ["orders", "customers"] as const;
export type Measure = (typeof measures)[number];

export function responseFigures(
  rows: ResponseRow[],
  measure: Measure,
  { t, fmt }: Wording,
): Figure[] {
  return rows.map((row) => ({
    key: row.key,
    label: t.words(row.name),
    without: t("promotions.tooFew", { n: fmt.number(row.customers) }),
    ...(measure === "orders"
      ? { value: row.order_share, low: row.order_share_low, high: row.order_share_high }
      : { value: row.customer_share, low: row.customer_share_low, high: row.customer_share_high }),
    details: [
      [
        t("promotions.figure.orders"),
        t("promotions.ofOrders", {
          n: fmt.number(row.orders_with_offer),
          all: fmt.number(row.orders),
        }),
      ],
      [
        t("promotions.figure.customers"),
        t("promotions.ofCustomers", {
          n: fmt.number(row.customers_with_offer),
          all: fmt.number(row.customers),
        }),
      ],
      [t("promotions.figure.cost"), fmt.money(row.discount, true)],
    ],
  }));
}

export function responseTable(rows: ResponseRow[], { t, fmt }: Wording): ChartTable {
  const percent = (v: number | null) => fmt.percent(v, 1);
  return chartTable<ResponseRow>({
    file: "dangol-promotions-response",
    rows,
    columns: [
      { key: "name", label: t("term.segment"), value: (row) => t.words(row.name) },
      figure(
        "customers",
        t("term.customers"),
        (r) => r.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "used",
        t("promotions.figure.customers"),
        (r) => r.customers_with_offer,
        (v) => fmt.number(v),
      ),
      figure("usedShare", t("term.customerShare"), (r) => r.customer_share, percent),
      figure(
        "orders",
        t("term.orders"),
        (r) => r.orders,
        (v) => fmt.number(v),
      ),
      figure(
        "withOffer",
        t("promotions.figure.orders"),
        (r) => r.orders_with_offer,
        (v) => fmt.number(v),
      ),
      figure("orderShare", t("term.share"), (r) => r.order_share, percent),
      figure(
        "discount",
        t("promotions.figure.cost"),
        (r) => r.discount,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}

export const ageMeasures = ["left", "orders"] as const;
type AgeMeasure = (typeof ageMeasures)[number];

export function ageFigures(
  rows: AgeOfferRow[],
  measure: AgeMeasure,
  { t, fmt }: Wording,
): Figure[] {
  return rows.map((row) => ({
    key: row.age_band,
    label: t.words(row.name),
    // A share of a handful is not given: the count is.
    without: t("promotions.tooFew", {
      n: fmt.number(measure === "orders" ? row.customers : row.came_for_offer),
    }),
    quiet: row.age_band === "not_known",
    ...(measure === "orders"
      ? { value: row.order_share, low: row.order_share_low, high: row.order_share_high }
      : { value: row.left_share, low: row.left_share_low, high: row.left_share_high }),
    details: [
      [
        t("promotions.figure.orders"),
        t("promotions.ofOrders", {
          n: fmt.number(row.orders_with_offer),
          all: fmt.number(row.orders),
        }),
      ],
      [
        t("promotions.neverFull"),
        t("promotions.ofCustomers", {
          n: fmt.number(row.never_at_full_price),
          all: fmt.number(row.came_for_offer),
        }),
      ],
    ],
  }));
}

export function ageTable(rows: AgeOfferRow[], { t, fmt }: Wording): ChartTable {
  const percent = (v: number | null) => fmt.percent(v, 1);
  const count = (v: number | null) => fmt.number(v);
  return chartTable<AgeOfferRow>({
    file: "dangol-promotions-ages",
    rows,
    columns: [
      { key: "name", label: t("promotions.age"), value: (row) => t.words(row.name) },
      figure("customers", t("term.customers"), (r) => r.customers, count),
      figure("used", t("promotions.figure.customers"), (r) => r.customers_with_offer, count),
      figure("orders", t("term.orders"), (r) => r.orders, count),
      figure("withOffer", t("promotions.figure.orders"), (r) => r.orders_with_offer, count),
      figure("orderShare", t("term.share"), (r) => r.order_share, percent),
      figure("came", t("promotions.came"), (r) => r.came_for_offer, count),
      figure("full", t("promotions.neverFull"), (r) => r.never_at_full_price, count),
      figure("leftShare", t("promotions.leftShare"), (r) => r.left_share, percent),
    ],
  });
}

export function liftFigures(rows: PromotionRow[], when: "during" | "after", { t, fmt }: Wording) {
  return rows.flatMap((row) => {
    const [value, low, high] =
      when === "during"
        ? [row.lift, row.lift_low, row.lift_high]
        : [row.after_ratio, row.after_low, row.after_high];
    if (value === null) return [];
    return [
      {
        key: `${row.name} ${row.from}`,
        label: row.name,
        value,
        low,
        high,
        found: low !== null && high !== null && (low > 1 || high < 1),
        details: [
          [t("promotions.from"), fmt.date(row.from)],
          [t("promotions.before"), fmt.money(row.before, true)],
          [
            t(`promotions.when.${when}`),
            fmt.money(when === "during" ? row.during : row.after, true),
          ],
          [t("promotions.buyers"), fmt.number(row.buyers)],
          ...row.at_the_same_time.map((name): [string, string] => [t("promotions.others"), name]),
        ] as [string, string][],
      },
    ];
  });
}

export function promotionTable(rows: PromotionRow[], words: Wording): ChartTable {
  const { t, fmt } = words;
  const money = (v: number | null) => fmt.money(v, true);
  const interval = (low: number | null, high: number | null) =>
    low === null || high === null ? "" : ` (${timesText(low, words)}–${timesText(high, words)})`;
  return chartTable<PromotionRow>({
    file: "dangol-promotions",
    rows,
    columns: [
      { key: "name", label: t("promotions.promotion"), value: (row) => row.name },
      {
        key: "from",
        label: t("promotions.from"),
        value: (row) => row.from,
        text: (row) => fmt.date(row.from),
      },
      {
        key: "until",
        label: t("promotions.until"),
        value: (row) => row.until,
        text: (row) => fmt.date(row.until),
      },
      { key: "category", label: t("promotions.category"), value: (row) => row.category ?? "" },
      figure("before", t("promotions.before"), (r) => r.before, money),
      figure("during", t("promotions.during"), (r) => r.during, money),
      {
        key: "lift",
        label: t("promotions.liftRatio"),
        numeric: true,
        value: (row) => row.lift,
        text: (row) => timesText(row.lift, words) + interval(row.lift_low, row.lift_high),
      },
      figure("after", t("promotions.after"), (r) => r.after, money),
      {
        key: "afterRatio",
        label: t("promotions.afterRatio"),
        numeric: true,
        value: (row) => row.after_ratio,
        text: (row) => timesText(row.after_ratio, words) + interval(row.after_low, row.after_high),
      },
      figure(
        "buyers",
        t("promotions.buyers"),
        (r) => r.buyers,
        (v) => fmt.number(v),
      ),
      figure(
        "fresh",
        t("promotions.fresh"),
        (r) => r.new_customers,
        (v) => fmt.number(v),
      ),
      {
        key: "others",
        label: t("promotions.others"),
        value: (row) => row.at_the_same_time.join(", "),
        wrap: true,
      },
    ],
  });
}

export function salesTable(points: SalesPoint[], { t, fmt }: Wording): ChartTable {
  return chartTable<SalesPoint>({
    file: "dangol-promotions-sales",
    rows: points,
    columns: [
      {
        key: "from",
        label: t("term.date"),
        value: (row) => row.from,
        text: (row) => fmt.date(row.from),
      },
      figure(
        "revenue",
        t("term.revenue"),
        (r) => r.revenue,
        (v) => fmt.money(v, true),
      ),
      figure(
        "withOffer",
        t("promotions.withOffer"),
        (r) => r.revenue_with_offer,
        (v) => fmt.money(v, true),
      ),
      {
        key: "promotions",
        label: t("promotions.promotion"),
        value: (row) => row.promotions.join(", "),
        wrap: true,
      },
    ],
  });
}

export interface Came {
  key: string;
  label: string;
  row: CameRow;
}

export function cameTable(rows: Came[], { t, fmt }: Wording): ChartTable {
  return chartTable<Came>({
    file: "dangol-promotions-came",
    rows,
    columns: [
      { key: "label", label: t("promotions.came"), value: (one) => one.label },
      figure(
        "customers",
        t("term.customers"),
        (o) => o.row.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "full",
        t("promotions.neverFull"),
        (o) => o.row.never_at_full_price,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.share"),
        (o) => o.row.share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "again",
        t("promotions.neverAgain"),
        (o) => o.row.never_again,
        (v) => fmt.number(v),
      ),
      figure(
        "cost",
        t("promotions.cost"),
        (o) => o.row.cost,
        (v) => fmt.money(v, true),
      ),
      figure(
        "revenue",
        t("promotions.revenueEach"),
        (o) => o.row.revenue_per_customer,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}

export function stateTable(rows: CouponState[], { t, fmt }: Wording): ChartTable {
  return chartTable<CouponState>({
    file: "dangol-promotions-states",
    rows,
    columns: [
      {
        key: "state",
        label: t("promotions.state"),
        value: (row) => t.named("promotions.state", row.state),
      },
      figure(
        "lines",
        t("term.orderLines"),
        (r) => r.order_lines,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.share"),
        (r) => r.share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "revenue",
        t("term.revenue"),
        (r) => r.revenue,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}
