/** Charts of the budget split: what each channel gets, and the curves behind it. */
import type { BudgetMonth, ChannelBudget, CurvePoint } from "$/api";
import { mix } from "$/theme/contrast";
import {
  axisTitle,
  base,
  endingAt,
  FONT,
  lines,
  nameAxis,
  tooltip,
  upTo,
  valueAxis,
  type CustomApi,
} from "./base";
import type { ChartContext, Option } from "./context";
import { whisker } from "./marks";

export const splitHeight = (channels: number) => 20 + 62 * Math.max(1, channels);

/** Two bars for each channel: the budget split as now, in grey, and as proposed, with its range. */
export function splitChart(rows: ChannelBudget[], context: ChartContext): Option {
  const { palette, fmt, t } = context;
  const stroke = mix(palette.ink, palette.surface, 0.15);
  const most = Math.max(...rows.map((row) => Math.max(row.proposed_high, row.as_now)), 1e-9);
  return {
    ...base(context),
    grid: { left: 4, right: 92, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row
          ? lines(row.channel, [
              [t("budget.asNow"), fmt.money(row.as_now, true)],
              [t("budget.proposed"), fmt.money(row.proposed, true)],
              [
                t("channels.interval"),
                `${fmt.money(row.proposed_low, true)} – ${fmt.money(row.proposed_high, true)}`,
              ],
              [t("channels.newCustomers"), fmt.number(row.customers, 1)],
              [t("budget.nextCustomer"), fmt.money(row.next_customer_cost)],
            ])
          : "";
      },
    },
    xAxis: { type: "value", show: false, min: 0, max: most },
    yAxis: nameAxis(
      context,
      rows.map((row) => row.channel),
    ),
    series: [
      {
        type: "bar",
        barGap: "12%",
        barCategoryGap: "34%",
        data: rows.map((row) => row.as_now),
        itemStyle: { color: palette.quiet },
        label: {
          show: true,
          position: "right",
          color: palette.muted,
          fontSize: 11,
          formatter: (item: { value: number }) => fmt.moneyShort(item.value),
        },
        emphasis: { disabled: true },
      },
      {
        type: "bar",
        data: rows.map((row) => row.proposed),
        itemStyle: { color: palette.accent },
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        data: rows.map((row, at) => [row.proposed, at]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row) return null;
          const [, height] = api.size([0, 1]);
          // The middle of the second of two bars of 31 % each, with a gap of 12 % of a bar between.
          const down = height * 0.174;
          const most = Math.max(row.proposed_high, row.proposed);
          const [right, middle] = api.coord([most, item.dataIndex]);
          return {
            type: "group",
            children: [
              ...whisker(
                api,
                item.dataIndex,
                [row.proposed_low, row.proposed_high],
                stroke,
                4,
                down,
              ),
              {
                type: "text",
                style: {
                  x: right + 7,
                  y: middle + down + 0.5,
                  text: fmt.moneyShort(row.proposed),
                  verticalAlign: "middle",
                  fill: palette.ink,
                  font: `600 12px ${FONT}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

/** One channel: its months as dots, the curve through them with its band, and where now and the proposal stand. */
export function curveChart(
  curve: CurvePoint[],
  months: BudgetMonth[],
  row: ChannelBudget,
  context: ChartContext,
): Option {
  const { palette, fmt, t } = context;
  const most = Math.max(
    ...months.map((month) => month.customers),
    ...curve.map((point) => point.customers),
    1,
  );
  const customersAt = (spend: number) => {
    const after = curve.findIndex((point) => point.spend >= spend);
    const [b, a] = [curve[after], curve[after - 1]];
    if (!b) return curve.at(-1)?.customers ?? 0;
    if (!a) return b.customers;
    return a.customers + ((b.customers - a.customers) * (spend - a.spend)) / (b.spend - a.spend);
  };
  const marks = [
    { at: row.now, label: t("budget.now"), colour: palette.muted },
    { at: row.proposed, label: t("budget.proposed"), colour: palette.accent },
  ];
  const end = curve.at(-1)?.spend ?? 1;
  return {
    ...base(context),
    grid: { left: 8, right: 14, top: 26, bottom: 24, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesIndex: number; dataIndex: number }) => {
        const month = item.seriesIndex === 1 ? months[item.dataIndex] : undefined;
        return month
          ? lines(fmt.period(month.month, "month"), [
              [t("channels.spend"), fmt.money(month.spend, true)],
              [t("channels.newCustomers"), fmt.number(month.customers)],
            ])
          : "";
      },
    },
    xAxis: {
      ...endingAt(
        end,
        valueAxis(context, (value) => fmt.moneyShort(value)),
      ),
      ...axisTitle(context, t("budget.axis.spend"), 24),
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: palette.faint } },
    },
    yAxis: upTo(
      1.1 * most,
      valueAxis(context, (value) => fmt.number(value)),
    ),
    series: [
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        // Drawn as one shape: the band, the curve, and what stands on it.
        data: [[0, 0]],
        clip: true,
        renderItem: (_: unknown, api: CustomApi) => {
          const upper = curve.map((point) =>
            api.coord([point.spend, Math.min(point.high, 1.1 * most)]),
          );
          const lower = curve.map((point) => api.coord([point.spend, point.low])).reverse();
          return {
            type: "group",
            children: [
              {
                type: "polygon",
                shape: { points: [...upper, ...lower] },
                style: { fill: palette.accentSoft, opacity: 0.8 },
              },
              {
                type: "polyline",
                shape: {
                  points: curve.map((point) => api.coord([point.spend, point.customers])),
                },
                style: { stroke: palette.accent, lineWidth: 2, fill: "none" },
              },
            ],
          };
        },
      },
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: months.map((month) => [month.spend, month.customers]),
        renderItem: (_: unknown, api: CustomApi) => {
          const [cx, cy] = api.coord([api.value(0), api.value(1)]);
          return {
            type: "circle",
            shape: { cx, cy, r: 3.5 },
            style: { fill: palette.quiet, stroke: palette.surface, lineWidth: 1 },
          };
        },
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0 },
        data: marks.map((mark) => [mark.at]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const mark = marks[item.dataIndex];
          const other = marks[1 - item.dataIndex];
          if (!mark || !other) return null;
          const [x, y] = api.coord([mark.at, customersAt(mark.at)]);
          const [, bottom] = api.coord([mark.at, 0]);
          const left = mark.at <= other.at;
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: x, y1: 22, x2: x, y2: bottom },
                style: { stroke: mark.colour, lineWidth: 1, lineDash: [3, 3] },
              },
              {
                type: "circle",
                shape: { cx: x, cy: y, r: 5 },
                style: { fill: mark.colour, stroke: palette.surface, lineWidth: 1.5 },
              },
              {
                type: "text",
                style: {
                  x: left ? x + (x < 90 ? -2 : 2) : x - 2,
                  y: item.dataIndex === 0 ? 6 : 17,
                  text: `${mark.label} ${fmt.moneyShort(mark.at)}`,
                  align:
                    x < 90 ? "left" : x > context.width - 110 ? "right" : left ? "right" : "left",
                  verticalAlign: "middle",
                  fill: mark.colour,
                  font: `600 11px ${FONT}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}
