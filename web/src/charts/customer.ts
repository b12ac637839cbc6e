/** One person's orders on a time line: each order below, the running total above, one shared axis. */
import type { AheadPoint, CustomerOrder } from "$/api";
import { base, categoryAxis, lines, tooltip, valueAxis } from "./base";
import { bandItem } from "./cohorts";
import type { ChartContext, Option } from "./context";

export function historyChart(
  history: CustomerOrder[],
  asOf: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  let total = 0;
  const running = history.map((order) => {
    total += order.revenue;
    return [order.ordered_at, total] as [string, number];
  });
  const first = history[0]?.ordered_at ?? asOf;
  const span = Math.max(86_400_000, Date.parse(asOf) - Date.parse(first));
  const range = {
    type: "time" as const,
    min: Date.parse(first) - span * 0.03,
    max: Math.max(Date.parse(asOf), Date.parse(history.at(-1)?.ordered_at ?? asOf)) + span * 0.01,
    splitLine: { show: false },
    axisTick: { show: false },
  };
  const side = { left: 62, right: 14 };
  return {
    ...base(context),
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const order = history[item.dataIndex];
        if (!order) return "";
        return lines(fmt.date(order.ordered_on), [
          [t("customer.order"), order.order_id],
          [t("term.revenue"), fmt.money(order.revenue)],
          [t("term.units"), fmt.number(order.units, 1)],
          [t("customer.running"), fmt.money(running[item.dataIndex]?.[1])],
        ]);
      },
    },
    grid: [
      { ...side, top: 24, height: "38%" },
      { ...side, top: "60%", bottom: 24 },
    ],
    xAxis: [
      {
        ...range,
        gridIndex: 0,
        axisLabel: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
      },
      {
        ...range,
        gridIndex: 1,
        axisLine: { lineStyle: { color: palette.faint } },
        axisLabel: {
          color: palette.muted,
          fontSize: 11,
          hideOverlap: true,
          formatter: (moment: number) => {
            const iso = new Date(moment).toISOString();
            return span > 200 * 86_400_000 ? fmt.periodShort(iso, "month") : fmt.dateShort(iso);
          },
        },
      },
    ],
    yAxis: [
      {
        ...valueAxis(context, (value) => fmt.moneyShort(value)),
        gridIndex: 0,
        splitNumber: 3,
        ...axisName(t("customer.running"), context),
      },
      {
        ...valueAxis(context, (value) => fmt.moneyShort(value)),
        gridIndex: 1,
        splitNumber: 3,
        ...axisName(t("customer.perOrder"), context),
      },
    ],
    series: [
      {
        type: "line",
        step: "end",
        xAxisIndex: 0,
        yAxisIndex: 0,
        data: [...running, [asOf, total]],
        symbol: "none",
        lineStyle: { color: palette.accent, width: 2 },
        areaStyle: { color: palette.accent, opacity: 0.1 },
        emphasis: { disabled: true },
      },
      {
        type: "bar",
        xAxisIndex: 1,
        yAxisIndex: 1,
        barWidth: history.length > 80 ? 2 : 4,
        data: history.map((order) => [order.ordered_at, order.revenue]),
        itemStyle: { color: palette.accent },
        emphasis: { itemStyle: { color: palette.ink } },
      },
    ],
  };
}

function axisName(name: string, { palette }: ChartContext) {
  return {
    name,
    nameLocation: "end" as const,
    nameGap: 9,
    nameTextStyle: {
      color: palette.muted,
      fontSize: 11,
      align: "left" as const,
      padding: [0, 0, 2, -58],
    },
  };
}

function aheadAxis(points: AheadPoint[], context: ChartContext) {
  return {
    ...categoryAxis(
      context,
      points.map((point) => point.until),
    ),
    boundaryGap: false,
    axisLabel: {
      color: context.palette.muted,
      fontSize: 11,
      interval: Math.max(0, Math.ceil(points.length / (context.compact ? 4 : 6)) - 1),
      formatter: (iso: string) => context.fmt.periodShort(iso, "month"),
    },
  };
}

/** Purchases to come, with the range that holds nine of ten futures. */
export function aheadChart(points: AheadPoint[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return {
    ...base(context),
    grid: { left: 4, right: 16, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = points[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        return lines(t("customer.by", { date: fmt.date(point.until) }), [
          [t("value.expectedPurchases"), fmt.number(point.expected_purchases, 2)],
          [t("customer.range"), `${fmt.number(point.low)} – ${fmt.number(point.high)}`],
          [t("customer.hasBought"), fmt.percent(point.has_bought)],
        ]);
      },
    },
    xAxis: aheadAxis(points, context),
    yAxis: valueAxis(context, (value) => fmt.number(value, 1)),
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: [1, 2] },
        data: points.map((point, index) => [index, point.low, point.high]),
        tooltip: { show: false },
        renderItem: bandItem(
          points.map((point, index) => [index, point.low, point.high]),
          palette.accent,
        ),
      },
      {
        type: "line",
        data: points.map((point) => point.expected_purchases),
        symbol: "none",
        itemStyle: { color: palette.accent },
        lineStyle: { color: palette.accent, width: 2.5 },
        emphasis: { disabled: true },
      },
    ],
  };
}

/** How likely they still are a customer, should they buy nothing more. */
export function silenceChart(points: AheadPoint[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return {
    ...base(context),
    grid: { left: 4, right: 16, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = points[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        return lines(t("customer.silentUntil", { date: fmt.date(point.until) }), [
          [t("value.alive"), fmt.percent(point.alive_if_silent, 1)],
        ]);
      },
    },
    xAxis: aheadAxis(points, context),
    yAxis: { ...valueAxis(context, (value) => fmt.percent(value)), max: 1, interval: 0.25 },
    series: [
      {
        type: "line",
        data: points.map((point) => point.alive_if_silent),
        symbol: "none",
        itemStyle: { color: palette.ink },
        lineStyle: { color: palette.ink, width: 2 },
        emphasis: { disabled: true },
      },
    ],
  };
}
