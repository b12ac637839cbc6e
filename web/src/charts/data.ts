/** Charts of the data page: what became of the rows, and which months are covered. */
import type { Coverage, Fate } from "$/api";
import { textOn } from "$/theme/contrast";
import type { Palette } from "$/theme/tokens";
import { base, categoryAxis, lines, tooltip, valueAxis } from "./base";
import type { ChartContext, Option } from "./context";

export function fateColour(palette: Palette, fate: Fate["fate"], position: number): string {
  if (fate === "kept") return palette.accent;
  if (fate === "quarantined") return palette.serious;
  if (fate === "dropped") {
    return ["#e69f00", "#cc79a7", "#c9b800", "#d55e00", "#56b4e9"][position % 5] ?? palette.quiet;
  }
  return palette.quiet;
}

export interface NamedFate extends Fate {
  name: string;
  colour: string;
}

export function fatesChart(fates: NamedFate[], total: number, context: ChartContext): Option {
  const { fmt, t } = context;
  return {
    ...base(context),
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesIndex: number }) => {
        const fate = fates[item.seriesIndex];
        if (!fate) return "";
        return lines(fate.name, [
          [t("data.rows"), fmt.number(fate.rows)],
          [t("term.share"), fmt.percent(fate.rows / Math.max(1, total), 2)],
        ]);
      },
    },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(1, total) },
    yAxis: { type: "category", show: false, data: [""] },
    series: fates.map((fate) => ({
      type: "bar",
      stack: "all",
      name: fate.name,
      barWidth: "100%",
      itemStyle: { color: fate.colour, borderColor: context.palette.surface, borderWidth: 1 },
      emphasis: { disabled: true },
      label: {
        show: (fate.rows / Math.max(1, total)) * context.width > 76,
        position: "inside",
        color: textOn(fate.colour),
        fontSize: 12,
        fontWeight: 600,
        formatter: `${fate.name} ${fmt.percent(fate.rows / Math.max(1, total), 1)}`,
        overflow: "truncate",
        width: (fate.rows / Math.max(1, total)) * context.width - 10,
      },
      data: [fate.rows],
    })),
  };
}

/** Months by order lines; a month that holds days of a gap is marked by a foot in the warning colour. */
export function coverageChart(coverage: Coverage, context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const months = coverage.by_month;
  const gapDays = months.map((month) => daysInMonth(coverage.gaps, month.month));
  return {
    ...base(context),
    grid: { left: 4, right: 4, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const index = items[0]?.dataIndex ?? 0;
        const month = months[index];
        if (!month) return "";
        return lines(fmt.period(month.month, "month"), [
          [t("term.orderLines"), fmt.number(month.order_lines)],
          [t("term.orders"), fmt.number(month.orders)],
          [t("term.revenue"), fmt.moneyShort(month.revenue)],
          [t("data.gapDays"), fmt.number(gapDays[index])],
        ]);
      },
    },
    xAxis: categoryAxis(
      context,
      months.map((month) => fmt.periodShort(month.month, "month")),
    ),
    yAxis: valueAxis(context, (value) => fmt.numberShort(value)),
    series: [
      {
        type: "bar",
        barCategoryGap: "25%",
        barMaxWidth: 56,
        emphasis: { disabled: true },
        label: {
          show: !context.compact && months.length <= 30,
          position: "top",
          fontSize: 11,
          color: palette.warning,
          formatter: (item: { dataIndex: number }) =>
            (gapDays[item.dataIndex] ?? 0) > 0
              ? t("data.gapShort", { n: gapDays[item.dataIndex] ?? 0 })
              : "",
        },
        data: months.map((month, index) => ({
          value: month.order_lines,
          itemStyle: { color: (gapDays[index] ?? 0) > 0 ? palette.quiet : palette.accent },
        })),
      },
    ],
  };
}

/** How many days of the gaps lie in the month that starts on `month`. */
export function daysInMonth(gaps: Coverage["gaps"], month: string): number {
  const start = Date.parse(month);
  const date = new Date(start);
  const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  const DAY = 86_400_000;
  return gaps.reduce((sum, gap) => {
    const from = Math.max(start, Date.parse(gap.from));
    const to = Math.min(end, Date.parse(gap.to) + DAY);
    return sum + Math.max(0, Math.round((to - from) / DAY));
  }, 0);
}
