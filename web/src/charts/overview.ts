/** Charts of the overview: periods, weekdays and the Pareto curve. */
import type { Overview, OverviewPeriod, Pareto, Weekday } from "$/api";
import type { Granularity } from "$/format";
import { mix, textOn } from "$/theme/contrast";
import type { Palette } from "$/theme/tokens";
import { namedBars } from "./bars";
import { axisTitle, base, categoryAxis, hatch, lines, tooltip, valueAxis } from "./base";
import type { ChartContext, Option } from "./context";

export const metrics = ["revenue", "customers", "orders", "average_order_value"] as const;
export type Metric = (typeof metrics)[number];

export interface Part {
  key: "returning" | "new" | "unknown" | "all";
  value: (period: OverviewPeriod) => number;
}

/** What a metric's bars are made of. Sales without a customer are a part only where there are any. */
export function partsOf(metric: Metric, periods: OverviewPeriod[]): Part[] {
  if (metric === "revenue") {
    const parts: Part[] = [
      { key: "returning", value: (p) => p.returning_revenue },
      { key: "new", value: (p) => p.new_revenue },
    ];
    if (periods.some((p) => p.revenue_without_customer !== 0)) {
      parts.push({ key: "unknown", value: (p) => p.revenue_without_customer });
    }
    return parts;
  }
  if (metric === "customers") {
    return [
      { key: "returning", value: (p) => p.returning_customers },
      { key: "new", value: (p) => p.new_customers },
    ];
  }
  return [
    { key: "all", value: (p) => (metric === "orders" ? p.orders : (p.average_order_value ?? 0)) },
  ];
}

export function partColour(palette: Palette, key: Part["key"]): string {
  if (key === "new") return mix(palette.accent, palette.surface, 0.52);
  if (key === "unknown") return palette.quiet;
  return palette.accent;
}

export function periodChart(
  periods: OverviewPeriod[],
  metric: Metric,
  granularity: Granularity,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const money = metric === "revenue" || metric === "average_order_value";
  const short = (value: number) => (money ? fmt.moneyShort(value) : fmt.numberShort(value));
  const full = (value: number) => (money ? fmt.money(value, true) : fmt.number(value));
  const parts = partsOf(metric, periods);
  // More bars than this are thinner than the gaps between them; then an area reads better.
  const asArea = periods.length > (compact ? 60 : 130) || metric === "average_order_value";
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 14, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const period = periods[items[0]?.dataIndex ?? 0];
        if (!period) return "";
        const rows = parts.map((part): [string, string] => [
          t.named("overview.part", part.key === "all" ? metric : part.key),
          full(part.value(period)),
        ]);
        if (parts.length > 1) {
          const total = parts.reduce((sum, part) => sum + part.value(period), 0);
          rows.push([t("overview.part.total"), full(total)]);
        }
        const note = period.incomplete ? ` · ${t("term.incomplete")}` : "";
        return lines(fmt.period(period.period, granularity) + note, rows);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        periods.map((p) => fmt.periodShort(p.period, granularity)),
      ),
      boundaryGap: !asArea,
    },
    yAxis: valueAxis(context, short),
    series: parts.map((part) => {
      const colour = partColour(palette, part.key);
      const data = periods.map((p) => ({
        value: part.value(p),
        ...(p.incomplete && !asArea ? { itemStyle: { decal: hatch(context), opacity: 0.75 } } : {}),
      }));
      return asArea
        ? {
            type: "line",
            name: part.key,
            stack: parts.length > 1 ? "all" : undefined,
            data,
            symbol: "none",
            lineStyle: { width: parts.length > 1 ? 0 : 2, color: colour },
            areaStyle: { color: colour, opacity: parts.length > 1 ? 0.9 : 0.14 },
            emphasis: { disabled: true },
          }
        : {
            type: "bar",
            name: part.key,
            stack: "all",
            data,
            barCategoryGap: periods.length > 40 ? "15%" : "28%",
            barMaxWidth: 64,
            itemStyle: { color: colour },
            emphasis: { disabled: true },
          };
    }),
  };
}

/** Mean revenue of such a day, so that a long period does not favour one weekday. */
export function weekdayMeans(weekdays: Weekday[]): number[] {
  return weekdays.map((day) => (day.days > 0 ? day.revenue / day.days : 0));
}

export function weekdayChart(weekdays: Weekday[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const means = weekdayMeans(weekdays);
  const best = means.indexOf(Math.max(...means));
  return namedBars(
    weekdays.map((day, at) => ({
      label: fmt.weekday(day.weekday),
      value: means[at] ?? 0,
      text: fmt.moneyShort(means[at]),
      colour: at === best ? palette.accent : palette.quiet,
      tip: lines(fmt.weekday(day.weekday, true), [
        [t("overview.weekday.mean"), fmt.money(means[at], true)],
        [t("term.revenue"), fmt.money(day.revenue, true)],
        [t("term.orders"), fmt.number(day.orders)],
        [t("term.averageOrderValue"), fmt.money(day.average_order_value)],
      ]),
    })),
    context,
    { room: 64 },
  );
}

/** What stands on the curve; another page's curve is of something else than revenue. */
interface ParetoWords {
  share: string;
  axis: string;
  label: (share: string) => string;
}

export function paretoChart(
  pareto: Pick<Pareto, "points" | "top20_revenue_share">,
  context: ChartContext,
  words: ParetoWords = {
    share: context.t("term.revenueShare"),
    axis: context.t("overview.pareto.axis"),
    label: (share) => context.t("overview.pareto.label", { share }),
  },
): Option {
  const { fmt, t, palette } = context;
  const top = pareto.top20_revenue_share;
  const axis = {
    ...valueAxis(context, (value: number) => fmt.percent(value)),
    max: 1,
    interval: 0.2,
  };
  const note = textOn(palette.accent);
  return {
    ...base(context),
    grid: { left: 4, right: 18, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { value: [number, number] }[]) => {
        const [customers, revenue] = items[0]?.value ?? [0, 0];
        return lines(t("overview.pareto.top", { share: fmt.percent(customers) }), [
          [words.share, fmt.percent(revenue, 1)],
        ]);
      },
    },
    xAxis: {
      ...axis,
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: palette.faint } },
      ...axisTitle(context, words.axis),
    },
    yAxis: axis,
    series: [
      {
        type: "line",
        data: pareto.points.map((p) => [p.customer_share, p.revenue_share]),
        symbol: "none",
        lineStyle: { color: palette.accent, width: 2.5 },
        areaStyle: { color: palette.accent, opacity: 0.1 },
        emphasis: { disabled: true },
      },
      {
        type: "line",
        silent: true,
        data: [
          [0, 0],
          [1, 1],
        ],
        symbol: "none",
        lineStyle: { color: palette.faint, width: 1, type: [4, 4] },
        tooltip: { show: false },
      },
      {
        type: "line",
        silent: true,
        data: [
          { value: [0.2, 0], symbol: "none" },
          {
            value: [0.2, top],
            symbol: "circle",
            symbolSize: 9,
            itemStyle: {
              color: palette.accent,
              borderColor: palette.surface,
              borderWidth: 2,
            },
            label: {
              show: true,
              position: top > 0.9 ? "bottom" : "right",
              distance: 10,
              formatter: words.label(fmt.percent(top)),
              color: note,
              backgroundColor: palette.accent,
              borderRadius: 4,
              padding: [5, 8],
              fontSize: 12,
              fontWeight: 600,
            },
          },
        ],
        lineStyle: { color: palette.accent, width: 1, type: [3, 3] },
        tooltip: { show: false },
      },
    ],
  };
}

/** The last complete period and the one before it. */
export function lastTwo(periods: Overview["periods"]): [OverviewPeriod, OverviewPeriod] | null {
  const complete = periods.filter((period) => !period.incomplete);
  const last = complete.at(-1);
  const before = complete.at(-2);
  return last && before ? [before, last] : null;
}
