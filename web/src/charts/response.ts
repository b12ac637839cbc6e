/** Charts of the response model: expected against seen responses, how often customers responded, value by group. */
import type { ResponseCount, ResponseGroup, ResponseTenth } from "$/api";
import { base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

const named = (name: string, { palette }: ChartContext) => ({
  name,
  nameLocation: "middle" as const,
  nameGap: 26,
  nameTextStyle: { color: palette.muted, fontSize: 11 },
});

/** Bars are what was seen, with whiskers; dots are what was expected and shall lie on their tops. */
export function tenthsChart(rows: ResponseTenth[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const ends = rows.flatMap((row) => [row.expected_rate, row.actual_high ?? row.actual_rate]);
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const row = rows[items[0]?.dataIndex ?? 0];
        if (!row) return "";
        const between =
          row.actual_low === null || row.actual_high === null
            ? "–"
            : `${fmt.percent(row.actual_low, 1)} – ${fmt.percent(row.actual_high, 1)}`;
        return lines(t("response.tenthName", { n: row.tenth }), [
          [t("response.expected"), fmt.percent(row.expected_rate, 1)],
          [t("response.actual"), fmt.percent(row.actual_rate, 1)],
          [t("response.between"), between],
          [t("response.messages"), fmt.number(row.contacts)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => String(row.tenth)),
      ),
      ...named(t("response.checkAxis"), context),
    },
    yAxis: {
      ...valueAxis(context, (value) => fmt.percent(value)),
      max: Math.max(...ends) * 1.05,
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        showMaxLabel: false,
        formatter: (value: number) => fmt.percent(value),
      },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "35%",
        data: rows.map((row) => row.actual_rate),
        itemStyle: { color: palette.quiet },
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        z: 3,
        encode: { x: 0, y: [1, 2] },
        data: rows.map((row, at) => [
          at,
          row.actual_low ?? row.actual_rate,
          row.actual_high ?? row.actual_rate,
        ]),
        renderItem: (_: unknown, api: CustomApi) => {
          const [x, low] = api.coord([api.value(0), api.value(1)]);
          const [, high] = api.coord([api.value(0), api.value(2)]);
          return {
            type: "line",
            shape: { x1: x, y1: low, x2: x, y2: high },
            style: { stroke: palette.ink, lineWidth: 1.25 },
          };
        },
      },
      {
        type: "line",
        z: 4,
        data: rows.map((row) => row.expected_rate),
        symbol: "circle",
        symbolSize: 9,
        itemStyle: { color: palette.accent, borderColor: palette.surface, borderWidth: 1.5 },
        lineStyle: { color: palette.accent, width: 2 },
        emphasis: { disabled: true },
      },
    ],
  };
}

export function countText(row: ResponseCount, { fmt, t }: Pick<ChartContext, "fmt" | "t">): string {
  const count = fmt.number(row.responses);
  return row.and_more ? t("response.orMore", { n: count }) : count;
}

/** Customers by number of responses; dots are how many the model expects. */
export function answersChart(rows: ResponseCount[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const row = rows[items[0]?.dataIndex ?? 0];
        if (!row) return "";
        return lines(`${t("response.answers")} ${countText(row, context)}`, [
          [t("term.customers"), fmt.number(row.customers)],
          [t("response.expected"), fmt.number(row.expected, 0)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => countText(row, context)),
      ),
      ...named(t("response.answers"), context),
    },
    yAxis: valueAxis(context, (value) => fmt.numberShort(value)),
    series: [
      {
        type: "bar",
        barCategoryGap: "35%",
        data: rows.map((row) => row.customers),
        itemStyle: { color: palette.quiet },
        emphasis: { disabled: true },
      },
      {
        type: "line",
        data: rows.map((row) => row.expected),
        symbol: "circle",
        symbolSize: 8,
        itemStyle: { color: palette.accent, borderColor: palette.surface, borderWidth: 1.5 },
        lineStyle: { color: palette.accent, width: 1.5 },
        emphasis: { disabled: true },
      },
    ],
  };
}

/** What the next message brings by group; the chance of an answer where nothing is known of spend. */
export function groupsChart(rows: ResponseGroup[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const withValue = rows.every((row) => row.expected_value !== null);
  const of = (row: ResponseGroup) => (withValue ? (row.expected_value ?? 0) : row.probability);
  const text = (value: number) => (withValue ? fmt.moneyShort(value) : fmt.percent(value, 1));
  return {
    ...base(context),
    grid: { left: 4, right: 54, top: 6, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const row = rows[items[0]?.dataIndex ?? 0];
        if (!row) return "";
        return lines(t("response.groupName", { n: row.group }), [
          [t("term.customers"), fmt.number(row.customers)],
          [t("response.probability"), fmt.percent(row.probability, 1)],
          ...(withValue
            ? ([[t("response.value"), fmt.money(row.expected_value)]] as [string, string][])
            : []),
        ]);
      },
    },
    xAxis: {
      ...valueAxis(context, text),
      min: Math.min(0, ...rows.map(of)),
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => t("response.groupName", { n: row.group })),
      ),
      inverse: true,
      axisLine: { show: false },
      axisLabel: { color: palette.ink, fontSize: 12 },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "30%",
        data: rows.map((row) => ({
          value: of(row),
          itemStyle: { color: of(row) > 0 ? palette.accent : palette.quiet },
        })),
        emphasis: { disabled: true },
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          fontSize: 12,
          formatter: (item: { value: number }) => text(item.value),
        },
      },
    ],
  };
}
