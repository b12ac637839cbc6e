/** Contract-shaped answers from the small shop's orders. Rough where the real thing is exact. */
import { DAY, DAYS, FIRST, dayOf, groupBy, isoDay, makeOrders, type Order } from "./orders.ts";

type Query = URLSearchParams;
const all = makeOrders();
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const words = (en: string, ko: string) => ({ en, ko });

export const schemes = [
  scheme("nine", "Nine groups", "9개 그룹", [
    ["vip_champions", "VIP champions", "VIP 챔피언"],
    ["loyal", "Loyal", "충성"],
    ["potential_loyalist", "Potential loyalists", "잠재 충성"],
    ["promising_high", "Promising, high value", "유망(고액)"],
    ["promising_low", "Promising, low value", "유망(소액)"],
    ["needs_attention", "Needs attention", "관심 필요"],
    ["at_risk", "At risk", "이탈 위험"],
    ["hibernating", "Hibernating", "휴면"],
    ["lost", "Lost", "이탈"],
  ]),
  scheme("class", "Classes", "등급", [
    ["platinum", "Platinum", "플래티넘"],
    ["gold", "Gold", "골드"],
    ["silver", "Silver", "실버"],
  ]),
  scheme("eleven", "Eleven groups", "11개 그룹", [
    ["champions", "Champions", "챔피언"],
    ["loyal_customers", "Loyal", "충성"],
    ["at_risk", "At risk", "이탈 위험"],
    ["lost", "Lost", "이탈"],
  ]),
  scheme("bands", "Score bands", "점수 구간", [
    ["12-15", "12–15", "12~15점"],
    ["9-11", "9–11", "9~11점"],
    ["6-8", "6–8", "6~8점"],
    ["3-5", "3–5", "3~5점"],
  ]),
];

function scheme(name: string, en: string, ko: string, segments: [string, string, string][]) {
  return {
    scheme: name,
    title: words(en, ko),
    segments: segments.map(([key, e, k]) => ({
      key,
      name: words(e, k),
      rule: "r >= 4 and f >= 4 and m >= 4",
      about: words(
        "Customers who buy often and bought recently.",
        "자주, 최근에 구매한 고객이에요.",
      ),
    })),
  };
}

export function scoped(query: Query): { orders: Order[]; end: number; from: number } {
  const asOf = query.get("as_of");
  const end = asOf ? Math.min(DAYS, dayOf(asOf) + 1) : DAYS;
  const from = query.get("from") ? dayOf(query.get("from") ?? "") : 0;
  const countries = query.get("country")?.split(",");
  const chosen = query.get("segment")?.split(",");
  let orders = all.filter(
    (o) => o.day < end && o.day >= from && (!countries || countries.includes(o.country)),
  );
  if (chosen) {
    const name = chosen[0]?.split(":")[0] ?? "nine";
    const keys = chosen.map((one) => one.slice(name.length + 1));
    const rows = rowsOf(orders, end, name === "class" ? "nine" : name);
    const ids = new Set(
      rows
        .filter((row) => keys.includes(name === "class" ? row.class : row.segment))
        .map((row) => row.customer_id),
    );
    orders = orders.filter((o) => ids.has(o.customer));
  }
  return { orders, end, from };
}

function startOf(day: number, unit: string): string {
  const date = new Date(FIRST + day * DAY);
  const [y, m] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === "month") return new Date(Date.UTC(y, m, 1)).toISOString().slice(0, 10);
  if (unit === "quarter") return new Date(Date.UTC(y, m - (m % 3), 1)).toISOString().slice(0, 10);
  if (unit === "week") return isoDay(day - ((date.getUTCDay() + 6) % 7));
  return isoDay(day);
}

const firstDays = new Map<string, number>();
for (const order of all) {
  if (!firstDays.has(order.customer)) firstDays.set(order.customer, order.day);
}

function figures(orders: Order[], isNew: (o: Order) => boolean) {
  const customers = new Set(orders.map((o) => o.customer));
  const fresh = new Set(orders.filter(isNew).map((o) => o.customer));
  const revenue = sum(orders.map((o) => o.revenue));
  const newRevenue = sum(orders.filter((o) => fresh.has(o.customer)).map((o) => o.revenue));
  return {
    revenue,
    orders: orders.length,
    order_lines: sum(orders.map((o) => o.lines)),
    units: sum(orders.map((o) => o.units)),
    customers: customers.size,
    average_order_value: orders.length ? revenue / orders.length : null,
    new_customers: fresh.size,
    returning_customers: customers.size - fresh.size,
    new_revenue: newRevenue,
    returning_revenue: revenue - newRevenue,
  };
}

export function overview(query: Query) {
  const { orders, end } = scoped(query);
  const unit = query.get("granularity") ?? "month";
  const keys = [...new Set(Array.from({ length: end }, (_, day) => startOf(day, unit)))];
  const groups = new Map<string, Order[]>(keys.map((key) => [key, []]));
  for (const order of orders) groups.get(startOf(order.day, unit))?.push(order);
  const periods = keys.map((period, index) => ({
    period,
    ...figures(
      groups.get(period) ?? [],
      (o) => startOf(firstDays.get(o.customer) ?? 0, unit) === period,
    ),
    incomplete: index === keys.length - 1 && unit !== "day",
  }));
  const spend = new Map<string, number>();
  for (const o of orders) spend.set(o.customer, (spend.get(o.customer) ?? 0) + o.revenue);
  const sorted = [...spend.values()].sort((a, b) => b - a);
  const total = sum(sorted);
  const shareOfTop = (share: number) =>
    total ? sum(sorted.slice(0, Math.round(share * sorted.length))) / total : 0;
  const points = Array.from({ length: 101 }, (_, i) => ({
    customer_share: i / 100,
    revenue_share: shareOfTop(i / 100),
  }));
  return {
    totals: {
      ...figures(orders, () => true),
      revenue_without_customer: 0,
      order_lines_without_customer: 0,
      repeat_rate: 0.6,
    },
    periods,
    weekdays: [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
      const mine = orders.filter(
        (o) => (new Date(FIRST + o.day * DAY).getUTCDay() || 7) === weekday,
      );
      const { revenue, average_order_value } = figures(mine, () => false);
      return {
        weekday,
        revenue,
        orders: mine.length,
        average_order_value,
        days: Math.round(end / 7),
      };
    }),
    pareto: {
      customers: sorted.length,
      points,
      top20_revenue_share: sorted.length ? shareOfTop(0.2) : null,
      gini: sorted.length ? (2 * sum(points.map((p) => p.revenue_share))) / 101 - 1 : null,
    },
  };
}

function score(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return Math.min(5, 1 + Math.floor((5 * low) / sorted.length));
}

function segmentOf(name: string, r: number, f: number, m: number): string {
  if (name === "bands") {
    const s = r + f + m;
    return s >= 12 ? "12-15" : s >= 9 ? "9-11" : s >= 6 ? "6-8" : "3-5";
  }
  if (name === "eleven") {
    return r >= 4 ? (f >= 4 ? "champions" : "loyal_customers") : f >= 3 ? "at_risk" : "lost";
  }
  if (r >= 4 && f >= 4 && m >= 4) return "vip_champions";
  if (r >= 4 && f <= 1) return m >= 3 ? "promising_high" : "promising_low";
  if (r >= 3 && f >= 4) return "loyal";
  if (r >= 4) return "potential_loyalist";
  if (r === 3) return "needs_attention";
  if (f >= 3) return "at_risk";
  return r === 2 ? "hibernating" : "lost";
}

export function rowsOf(orders: Order[], end: number, name: string) {
  const by = groupBy(orders, (o) => o.customer);
  const raw = [...by].map(([customer_id, mine]) => ({
    customer_id,
    recency_days: end - 1 - (mine.at(-1)?.day ?? 0),
    frequency: mine.length,
    monetary: sum(mine.map((o) => o.revenue)),
    orders: mine.length,
    last_order_on: mine.at(-1)?.on ?? "",
  }));
  const sorted = (pick: (row: (typeof raw)[number]) => number) =>
    raw.map(pick).sort((a, b) => a - b);
  const [rs, fs, ms] = [
    sorted((x) => x.recency_days),
    sorted((x) => x.frequency),
    sorted((x) => x.monetary),
  ];
  return raw.map((row) => {
    const r = 6 - score(rs, row.recency_days);
    const f = score(fs, row.frequency);
    const m = score(ms, row.monetary);
    const total = r + f + m;
    return {
      ...row,
      r,
      f,
      m,
      score: total,
      class: total >= 11 ? "platinum" : total >= 7 ? "gold" : "silver",
      segment: segmentOf(name, r, f, m),
    };
  });
}

type Row = ReturnType<typeof rowsOf>[number];

export function rfm(query: Query) {
  const { orders, end } = scoped(query);
  const name = query.get("scheme") ?? "nine";
  const rows = rowsOf(orders, end, name);
  const revenue = sum(rows.map((row) => row.monetary)) || 1;
  const group = (mine: Row[]) => ({
    customers: mine.length,
    orders: sum(mine.map((row) => row.orders)),
    recency_mean: mine.length ? sum(mine.map((row) => row.recency_days)) / mine.length : null,
    frequency_mean: mine.length ? sum(mine.map((row) => row.frequency)) / mine.length : null,
    monetary_mean: mine.length ? sum(mine.map((row) => row.monetary)) / mine.length : null,
    monetary_sum: sum(mine.map((row) => row.monetary)),
    customer_share: mine.length / Math.max(1, rows.length),
    revenue_share: sum(mine.map((row) => row.monetary)) / revenue,
  });
  const factor = (key: "recency_days" | "frequency" | "monetary") => {
    const values = rows.map((row) => row[key]).sort((a, b) => a - b);
    const at = (share: number) => values[Math.floor(share * (values.length - 1))] ?? 0;
    const mean = sum(values) / Math.max(1, values.length);
    const top = at(0.97) || 1;
    const bins = key === "frequency" ? Math.min(20, Math.ceil(top)) : 20;
    const width = key === "frequency" ? Math.ceil(top / bins) : top / bins;
    const low = key === "frequency" ? 1 : 0;
    return {
      summary: {
        count: values.length,
        mean,
        std: mean,
        min: at(0),
        p5: at(0.05),
        p25: at(0.25),
        p50: at(0.5),
        p75: at(0.75),
        p95: at(0.95),
        max: at(1),
      },
      bins: Array.from({ length: bins }, (_, i) => ({
        from: low + i * width,
        to: low + (i + 1) * width,
        customers: values.filter((v) => v >= low + i * width && v < low + (i + 1) * width).length,
      })),
    };
  };
  const factors = {
    recency_days: factor("recency_days"),
    frequency: factor("frequency"),
    monetary: factor("monetary"),
  };
  const map = <T>(pick: (one: (typeof factors)["monetary"]) => T) =>
    Object.fromEntries(Object.entries(factors).map(([key, one]) => [key, pick(one)]));
  const keys = schemes.find((one) => one.scheme === name)?.segments.map((one) => one.key) ?? [];
  return {
    factors: map((one) => one.summary),
    scoring: map(() => ({ groups: 5, edges: [] })),
    scores: Array.from({ length: 13 }, (_, i) => ({
      score: i + 3,
      ...group(rows.filter((row) => row.score === i + 3)),
    })),
    classes: ["platinum", "gold", "silver"].map((key, i) => ({
      class: key,
      ...group(rows.filter((row) => row.class === key)),
      score_min: [11, 7, 3][i],
      score_max: [15, 10, 6][i],
    })),
    segments: keys.map((key) => ({
      segment: key,
      ...group(rows.filter((row) => row.segment === key)),
    })),
    cells: [...groupBy(rows, (row) => `${row.r}${row.f}`).values()].map((mine) => ({
      r: mine[0]?.r,
      f: mine[0]?.f,
      ...group(mine),
    })),
    distributions: map((one) => one.bins),
    customers: null,
  };
}

export function customers(query: Query) {
  const { orders, end } = scoped(query);
  const key = (query.get("sort") ?? "monetary") as keyof Row;
  const sign = query.get("descending") === "false" ? 1 : -1;
  const rows = rowsOf(orders, end, query.get("scheme") ?? "nine")
    .filter((row) => row.customer_id.includes(query.get("search") ?? ""))
    .sort((a, b) => sign * (a[key] > b[key] ? 1 : -1));
  const offset = Number(query.get("offset") ?? 0);
  return {
    total: rows.length,
    customers: rows.slice(offset, offset + Number(query.get("limit") ?? 50)),
  };
}

export function customer(query: Query) {
  const id = query.get("id");
  const { orders, end } = scoped(query);
  const mine = orders.filter((o) => o.customer === id);
  const rows = rowsOf(orders, end, "nine");
  const row = rows.find((one) => one.customer_id === id);
  const [first, last] = [mine[0], mine.at(-1)];
  if (!row || !first || !last) return null;
  const below = (key: "recency_days" | "frequency" | "monetary") =>
    (100 * rows.filter((one) => one[key] < row[key]).length) / rows.length;
  const gaps = mine
    .slice(1)
    .map((o, i) => o.day - (mine[i]?.day ?? 0))
    .sort((a, b) => a - b);
  return {
    customer_id: id,
    country: first.country,
    first_ordered_at: `${first.on}T10:00:00Z`,
    last_ordered_at: `${last.on}T10:00:00Z`,
    orders: mine.length,
    order_lines: sum(mine.map((o) => o.lines)),
    purchase_days: mine.length,
    units: sum(mine.map((o) => o.units)),
    revenue: row.monetary,
    average_order_value: row.monetary / mine.length,
    median_gap_days: gaps[Math.floor(gaps.length / 2)] ?? null,
    scores: {
      ...row,
      percentiles: {
        recency_days: below("recency_days"),
        frequency: below("frequency"),
        monetary: below("monetary"),
      },
    },
    reading: [
      words(
        "Buys more often than most: a regular. Keep with previews and free shipping.",
        "대부분보다 자주 사는 단골이에요. 미리보기와 무료 배송으로 지켜 주세요.",
      ),
    ],
    history: mine.map((o) => ({
      order_id: o.id,
      ordered_at: `${o.on}T10:00:00Z`,
      ordered_on: o.on,
      order_lines: o.lines,
      units: o.units,
      revenue: o.revenue,
    })),
    products: mine.slice(0, 12).map((o, i) => ({
      product_id: `85123${i}`,
      product_name: [
        "WHITE HANGING HEART T-LIGHT HOLDER",
        "REGENCY CAKESTAND 3 TIER",
        "JUMBO BAG RED RETROSPOT",
      ][i % 3],
      quantity: 12 + i,
      revenue: o.revenue / 2,
      orders: 1 + (i % 3),
      last_ordered_on: o.on,
    })),
  };
}

export function cohorts(query: Query) {
  const { orders, end } = scoped(query);
  const unit = query.get("period") ?? "month";
  const keys = [...new Set(Array.from({ length: end }, (_, day) => startOf(day, unit)))];
  const rolling = query.get("retention") === "rolling";
  const groups = groupBy(orders, (o) => startOf(firstDays.get(o.customer) ?? 0, unit));
  const list = keys.flatMap((cohort, start) => {
    const mine = groups.get(cohort);
    if (!mine) return [];
    const size = new Set(mine.map((o) => o.customer)).size;
    let total = 0;
    return [
      {
        cohort,
        size,
        periods: keys.map((_, age) => {
          const key = keys[start + age];
          if (!key)
            return {
              age,
              active: null,
              rate: null,
              orders: null,
              revenue: null,
              cumulative_revenue: null,
              arpu: null,
              incomplete: null,
            };
          const here = mine.filter((o) => startOf(o.day, unit) === key);
          const then = rolling ? mine.filter((o) => startOf(o.day, unit) >= key) : here;
          const active = new Set(then.map((o) => o.customer)).size;
          const revenue = sum(here.map((o) => o.revenue));
          total += revenue;
          return {
            age,
            active,
            rate: active / size,
            orders: here.length,
            revenue,
            cumulative_revenue: total,
            arpu: revenue / size,
            incomplete: start + age === keys.length - 1,
          };
        }),
      },
    ];
  });
  const curve = keys.flatMap((_, age) => {
    const cells = list.flatMap((one) => {
      const cell = one.periods[age];
      return cell && cell.rate !== null && !cell.incomplete
        ? [{ size: one.size, ...cell, rate: cell.rate }]
        : [];
    });
    const size = sum(cells.map((cell) => cell.size));
    if (size === 0) return [];
    const rate = sum(cells.map((cell) => cell.rate * cell.size)) / size;
    const error = 1.96 * Math.sqrt((rate * (1 - rate)) / size) * 1.6;
    return [
      {
        age,
        weighted_rate: rate,
        low: Math.max(0, rate - error),
        high: Math.min(1, rate + error),
        unweighted_rate: sum(cells.map((cell) => cell.rate)) / cells.length,
        cohorts: cells.length,
        weighted_arpu: sum(cells.map((cell) => (cell.arpu ?? 0) * cell.size)) / size,
        weighted_cumulative_arpu: sum(cells.map((cell) => cell.cumulative_revenue ?? 0)) / size,
      },
    ];
  });
  const drop = curve[1] ? { from_age: 0, to_age: 1, drop: 1 - curve[1].weighted_rate } : null;
  const names = list.map((one) => one.cohort);
  return {
    cohorts: list,
    mean_curve: curve,
    steepest_drop: drop,
    values: list.map((one) => ({
      cohort: one.cohort,
      size: one.size,
      six_month_value: valueAt(one, 5),
      twelve_month_value: valueAt(one, 11),
      steepest_drop: drop,
    })),
    contrast:
      list.length > 3
        ? {
            metric: "arpu",
            age: 3,
            best: names.slice(0, 2),
            worst: names.slice(-3, -1),
            differences: [
              { what: "first_order_value", best: 412.2, worst: 305.1, index: 135 },
              { what: "items_per_first_order", best: 21.3, worst: 18.2, index: 117 },
              { what: "country:Germany", best: 0.021, worst: 0.034, index: 62 },
            ],
          }
        : null,
  };
}

function valueAt(
  one: {
    size: number;
    periods: { incomplete: boolean | null; cumulative_revenue: number | null }[];
  },
  age: number,
) {
  const cell = one.periods[age];
  return cell?.cumulative_revenue && !cell.incomplete ? cell.cumulative_revenue / one.size : null;
}

export const shop = {
  name: "Online Retail",
  currency: "GBP",
  time_zone: "Europe/London",
  version: "0.1.0",
  snapshot: "000001",
  default_as_of: `${isoDay(DAYS)}T12:50:00Z`,
  data: {
    first_on: isoDay(0),
    last_on: isoDay(DAYS - 1),
    order_lines: sum(all.map((o) => o.lines)),
    orders: all.length,
    customers: firstDays.size,
    revenue: sum(all.map((o) => o.revenue)),
    order_lines_without_customer: 0,
  },
  filters: {
    country: [...groupBy(all, (o) => o.country)].map(([value, mine]) => ({
      value,
      order_lines: sum(mine.map((o) => o.lines)),
      revenue: sum(mine.map((o) => o.revenue)),
    })),
    sales_platform: [],
    category: [],
  },
  schemes,
  analyses: ["overview", "rfm", "cohorts", "customers", "customer"],
};

export const findings: Record<string, object[]> = {
  overview: [
    {
      code: "unknown_customers",
      severity: "warning",
      about: null,
      values: {},
      text: words(
        "131,778 order lines (24.9%) have no customer; they count in revenue only.",
        "주문 상품 131,778건(24.9%)에 고객 정보가 없어 매출에만 반영했어요.",
      ),
    },
    {
      code: "concentrated",
      severity: "info",
      about: "pareto",
      values: {},
      text: words(
        "Half of the revenue rests on 6.5% of the customers.",
        "매출의 절반이 고객 6.5%에서 나와요.",
      ),
    },
  ],
  rfm: [
    {
      code: "merged_groups",
      severity: "warning",
      about: "frequency",
      values: {},
      text: words(
        "Frequency has many equal values: 5 groups became 4.",
        "빈도 값이 많이 겹쳐 5단계가 4단계로 합쳐졌어요.",
      ),
    },
  ],
};
