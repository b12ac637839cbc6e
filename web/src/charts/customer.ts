/** One person's orders on a time line: each order below, the running total above, one shared axis. */
import type { CustomerOrder } from "$/api";
import { base, lines, tooltip, valueAxis } from "./base";
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
