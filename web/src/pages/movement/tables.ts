/** The tables behind the pictures of the movement page, and what its charts draw. */
import type { Mover, ReachPoint, SegmentMovement, SegmentSize, SlowCustomer } from "$/api";
import { chartTable, type ChartTable, type Column, figure, type Wording } from "$/charts/context";
import type { Flow } from "$/charts/movement";
import { segmentName } from "$/state/context.svelte";

export function flowTable(flows: Flow[], { t, fmt }: Wording): ChartTable {
  return chartTable<Flow>({
    file: "dangol-movement",
    rows: flows,
    columns: [
      { key: "from", label: t("movement.from"), value: (f) => f.fromName },
      { key: "to", label: t("movement.to"), value: (f) => f.toName },
      figure(
        "customers",
        t("term.customers"),
        (f) => f.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("movement.rowShare"),
        (f) => f.row_share,
        (v) => fmt.percent(v, 1),
      ),
      { key: "direction", label: t("movement.direction"), value: (f) => f.directionName },
      figure(
        "before",
        t("movement.revenueBefore"),
        (f) => f.revenue_before,
        (v) => fmt.money(v, true),
      ),
      figure(
        "between",
        t("movement.revenueBetween"),
        (f) => f.revenue_between,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}

export function balanceTable(segments: SegmentMovement[], { t, fmt }: Wording): ChartTable {
  const count = (key: string, label: string, value: (row: SegmentMovement) => number) =>
    figure<SegmentMovement>(key, label, value, (v) => fmt.number(v));
  const share = (key: string, label: string, value: (row: SegmentMovement) => number | null) =>
    figure<SegmentMovement>(key, label, value, (v) => fmt.percent(v, 1));
  return chartTable<SegmentMovement>({
    file: "dangol-movement-segments",
    rows: segments,
    columns: [
      { key: "segment", label: t("term.segment"), value: (s) => t.words(s.name) },
      count("before", t("movement.before"), (s) => s.before),
      count("stayed", t("movement.stayed"), (s) => s.stayed),
      count("gained", t("movement.gained"), (s) => s.gained),
      count("new", t("movement.newHere"), (s) => s.new),
      count("lost", t("movement.lost"), (s) => s.lost),
      count("after", t("movement.after"), (s) => s.after),
      {
        ...count("net", t("movement.net"), (s) => s.net),
        text: (s) => `${s.net > 0 ? "+" : ""}${fmt.number(s.net)}`,
      },
      share("shareBefore", t("movement.shareBefore"), (s) => s.share_before),
      share("shareAfter", t("movement.shareAfter"), (s) => s.share_after),
      figure(
        "revenueLost",
        t("movement.revenueLost"),
        (s) => s.revenue_lost,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}

export function sizesTable(sizes: SegmentSize[], scheme: string, { t, fmt }: Wording): ChartTable {
  return chartTable<SegmentSize>({
    file: "dangol-movement-sizes",
    rows: sizes,
    columns: [
      { key: "on", label: t("term.date"), value: (s) => s.on, text: (s) => fmt.date(s.on) },
      { key: "segment", label: t("term.segment"), value: (s) => segmentName(scheme, s.segment) },
      figure(
        "customers",
        t("term.customers"),
        (s) => s.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.customerShare"),
        (s) => s.share,
        (v) => fmt.percent(v, 1),
      ),
    ],
  });
}

export function moverColumns({ t, fmt }: Wording): Column<Mover>[] {
  return [
    { key: "customer", label: t("term.customer"), value: (m) => m.customer_id },
    figure(
      "orders",
      t("term.orders"),
      (m) => m.orders,
      (v) => fmt.number(v),
    ),
    figure(
      "before",
      t("movement.revenueBefore"),
      (m) => m.revenue_before,
      (v) => fmt.money(v, true),
    ),
    figure(
      "between",
      t("movement.revenueBetween"),
      (m) => m.revenue_between,
      (v) => fmt.money(v, true),
    ),
    {
      key: "last",
      label: t("term.lastOrder"),
      value: (m) => m.last_order_on,
      text: (m) => fmt.date(m.last_order_on),
    },
    figure(
      "recency",
      t("term.recency"),
      (m) => m.recency_days,
      (v) => fmt.number(v),
    ),
  ];
}

export function reachTable(points: ReachPoint[], { t, fmt }: Wording): ChartTable {
  const share = (key: string, label: string, value: (point: ReachPoint) => number) =>
    figure<ReachPoint>(key, label, value, (v) => fmt.percent(v, 1));
  return chartTable<ReachPoint>({
    file: "dangol-time-to-best",
    rows: points,
    columns: [
      figure(
        "days",
        t("movement.days"),
        (p) => p.days,
        (v) => fmt.number(v),
      ),
      share("share", t("movement.reached"), (p) => p.share),
      share("low", t("movement.low"), (p) => p.low),
      share("high", t("movement.high"), (p) => p.high),
      figure(
        "atRisk",
        t("movement.atRisk"),
        (p) => p.at_risk,
        (v) => fmt.number(v),
      ),
    ],
  });
}

export function slowTable(rows: SlowCustomer[], scheme: string, { t, fmt }: Wording): ChartTable {
  return chartTable<SlowCustomer>({
    file: "dangol-slow-track",
    rows,
    columns: [
      { key: "customer", label: t("term.customer"), value: (c) => c.customer_id },
      { key: "segment", label: t("term.segment"), value: (c) => segmentName(scheme, c.segment) },
      figure(
        "orders",
        t("term.orders"),
        (c) => c.orders,
        (v) => fmt.number(v),
      ),
      figure(
        "revenue",
        t("term.revenue"),
        (c) => c.revenue,
        (v) => fmt.money(v, true),
      ),
      {
        key: "first",
        label: t("movement.firstOrder"),
        value: (c) => c.first_order_on,
        text: (c) => fmt.date(c.first_order_on),
      },
      figure(
        "since",
        t("movement.daysSinceFirst"),
        (c) => c.days_since_first,
        (v) => fmt.number(v),
      ),
      {
        key: "last",
        label: t("term.lastOrder"),
        value: (c) => c.last_order_on,
        text: (c) => fmt.date(c.last_order_on),
      },
      { key: "scores", label: "R · F · M", value: (c) => `${c.r} · ${c.f} · ${c.m}` },
    ],
  });
}
