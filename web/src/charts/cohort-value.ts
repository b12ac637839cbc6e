/** Charts of what cohorts are worth: observed and projected, tried out on the past, and the best against the worst. */
import type { CheckedValue, CohortOutlook, RankedCohort } from "$/api";
import type { Granularity } from "$/format";
import { mix } from "$/theme/contrast";
import { base, categoryAxis, FONT, lines, tooltip, upTo, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";
import { upright } from "./marks";

/** The colours of the parts, which the legend shows too. */
export const valueColours = ({ palette }: Pick<ChartContext, "palette">) => ({
  observed: palette.accent,
  soFar: mix(palette.accent, palette.surface, 0.4),
  expected: mix(palette.accent, palette.surface, 0.86),
  open: palette.quiet,
  missed: palette.categorical[5] ?? palette.ink,
});

/** Narrowest width in which each cohort can be told. */
export const cohortValueMinWidth = (count: number, compact: boolean): number =>
  compact ? Math.max(0, 52 + count * 26) : 0;

export function cohortValueBars(
  rows: CohortOutlook[],
  period: Granularity,
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const colours = valueColours(context);
  const step = (context.width - 60) / Math.max(1, rows.length);
  const faded = (colour: string, row: CohortOutlook) =>
    selected !== "" && row.cohort !== selected ? mix(colour, palette.surface, 0.45) : colour;
  const solid = (row: CohortOutlook) =>
    row.state === "observed"
      ? colours.observed
      : row.state === "open"
        ? colours.open
        : colours.soFar;
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 22, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row
          ? lines(fmt.period(row.cohort, period), [
              [
                t.named("cohorts.state", row.state),
                row.value === null ? "–" : fmt.money(row.value),
              ],
              ...((row.low === null || row.high === null
                ? []
                : [
                    [t("cohorts.interval90"), `${fmt.money(row.low)} – ${fmt.money(row.high)}`],
                  ]) as [string, string][]),
              ...((row.state === "observed"
                ? []
                : [
                    [t("cohorts.soFar"), fmt.money(row.so_far)],
                    [
                      t("cohorts.asOlder"),
                      row.as_older_cohorts === null ? "–" : fmt.money(row.as_older_cohorts),
                    ],
                    [t("cohorts.until"), fmt.date(row.until)],
                  ]) as [string, string][]),
              [t("cohorts.size"), fmt.number(row.size)],
            ])
          : "";
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => row.cohort),
      ),
      triggerEvent: true,
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        formatter: (value: string) => fmt.periodShort(value, period),
      },
    },
    yAxis: upTo(
      Math.max(...rows.map((row) => Math.max(row.high ?? 0, row.value ?? 0, row.so_far))),
      valueAxis(context, (value) => fmt.moneyShort(value)),
    ),
    series: [
      {
        type: "bar",
        stack: "value",
        barCategoryGap: "28%",
        barMaxWidth: 46,
        data: rows.map((row) => ({
          // Returns can outweigh purchases.
          value: row.state === "observed" ? (row.value ?? 0) : Math.max(0, row.so_far),
          itemStyle: { color: faded(solid(row), row) },
        })),
        emphasis: { disabled: true },
      },
      {
        type: "bar",
        stack: "value",
        data: rows.map((row) => ({
          value: row.state === "projected" ? (row.value ?? 0) - Math.max(0, row.so_far) : 0,
          itemStyle: {
            color: faded(colours.expected, row),
            borderColor: faded(colours.observed, row),
            borderWidth: row.state === "projected" ? 1 : 0,
            borderType: [3, 3],
          },
        })),
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: 1 },
        data: rows.map((row, at) => [at, row.high ?? row.value ?? 0]),
        tooltip: { show: false },
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row || row.value === null) return null;
          const stroke = faded(mix(palette.ink, palette.surface, 0.15), row);
          const [x, y] = api.coord([item.dataIndex, row.high ?? row.value]);
          const half = Math.max(2, Math.min(6, step / 6));
          const children: unknown[] =
            row.low === null || row.high === null
              ? []
              : upright(api, item.dataIndex, [row.low, row.high], stroke, half);
          if (step >= 44)
            children.push({
              type: "text",
              style: {
                x,
                y: y - 5,
                text: fmt.moneyShort(row.value),
                align: "center",
                verticalAlign: "bottom",
                fill: palette.ink,
                font: `500 11px ${FONT}`,
              },
            });
          return { type: "group", children };
        },
      },
    ],
  };
}

/**
 * What was projected for the time after the cut-off, with its interval, and what came in it: a diamond, in another colour
 * where the interval missed it. What was known before is left out, since it cannot be wrong.
 */
export function projectionTrial(
  rows: CheckedValue[],
  period: Granularity,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const colours = valueColours(context);
  const name = (row: CheckedValue) => t("cohorts.trialName", { n: row.months });
  const later = (row: CheckedValue, value: number) => value - row.so_far;
  const ends = rows.flatMap((row) => [later(row, row.high), later(row, row.actual)]);
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 10, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row
          ? lines(`${fmt.period(row.cohort, period)} · ${name(row)}`, [
              [t("cohorts.trialCame"), fmt.money(later(row, row.actual))],
              [t("cohorts.state.projected"), fmt.money(later(row, row.value))],
              [
                t("cohorts.interval90"),
                `${fmt.money(later(row, row.low))} – ${fmt.money(later(row, row.high))}`,
              ],
              [
                t("cohorts.asOlder"),
                row.as_older_cohorts === null ? "–" : fmt.money(later(row, row.as_older_cohorts)),
              ],
              [t("cohorts.trialKnown"), fmt.money(row.so_far)],
            ])
          : "";
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((_, at) => String(at)),
      ),
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        lineHeight: 14,
        hideOverlap: true,
        formatter: (value: string) => {
          const row = rows[Number(value)];
          return row ? `${fmt.periodShort(row.cohort, period)}\n${name(row)}` : "";
        },
      },
    },
    yAxis: {
      ...upTo(
        Math.max(...ends),
        valueAxis(context, (value) => fmt.moneyShort(value)),
      ),
      // Returns can outweigh purchases.
      min: Math.min(0, ...rows.map((row) => later(row, row.actual))),
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: [1, 2, 3] },
        data: rows.map((row, at) => [
          at,
          later(row, row.low),
          later(row, row.high),
          later(row, row.actual),
        ]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row) return null;
          const [x, middle] = api.coord([item.dataIndex, later(row, row.value)]);
          const [, came] = api.coord([item.dataIndex, later(row, row.actual)]);
          const fill = row.held ? palette.ink : colours.missed;
          return {
            type: "group",
            children: [
              ...upright(
                api,
                item.dataIndex,
                [later(row, row.low), later(row, row.high)],
                colours.observed,
                6,
              ),
              {
                type: "circle",
                shape: { cx: x, cy: middle, r: 4 },
                style: { fill: colours.observed },
              },
              {
                type: "polygon",
                shape: {
                  points: [
                    [x, came - 6],
                    [x + 6, came],
                    [x, came + 6],
                    [x - 6, came],
                  ],
                },
                style: { fill, stroke: palette.surface, lineWidth: 1.5 },
              },
            ],
          };
        },
      },
    ],
  };
}

export const rankedHeight = (count: number): number => 34 + 22 * Math.max(3, count);

/** Cohorts from the best to the worst: as seen (a ring), and in truth (a dot with its interval). */
export function rankedCohorts(
  rows: RankedCohort[],
  period: Granularity,
  text: (value: number) => string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const colour = (row: RankedCohort) =>
    row.third === "best"
      ? palette.accent
      : row.third === "worst"
        ? (palette.categorical[5] ?? palette.ink)
        : mix(palette.ink, palette.surface, 0.45);
  const ends = rows.flatMap((row) => [row.low, row.high, row.seen]);
  return {
    ...base(context),
    grid: { left: 4, right: 16, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row
          ? lines(fmt.period(row.cohort, period), [
              [t("cohorts.rankSeen"), text(row.seen)],
              [t("cohorts.rankTruth"), text(row.expected)],
              ["95%", `${text(row.low)} – ${text(row.high)}`],
            ])
          : "";
      },
    },
    xAxis: {
      ...valueAxis(context, text),
      min: Math.min(...ends),
      max: Math.max(...ends),
      splitLine: { showMinLine: false, showMaxLine: false, lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: text,
      },
    },
    yAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => row.cohort),
      ),
      inverse: true,
      axisLine: { show: false },
      axisLabel: {
        interval: 0,
        color: palette.ink,
        fontSize: 12,
        formatter: (value: string) => fmt.periodShort(value, period),
      },
    },
    series: [
      {
        type: "custom",
        encode: { x: [0, 2, 3], y: 1 },
        data: rows.map((row, at) => [row.expected, at, row.low, row.high]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row) return null;
          const fill = colour(row);
          const [middle, y] = api.coord([row.expected, item.dataIndex]);
          const [left] = api.coord([row.low, item.dataIndex]);
          const [right] = api.coord([row.high, item.dataIndex]);
          const [seen] = api.coord([row.seen, item.dataIndex]);
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: left, y1: y, x2: right, y2: y },
                style: { stroke: fill, lineWidth: 2 },
              },
              {
                type: "circle",
                shape: { cx: seen, cy: y, r: 4 },
                style: { fill: palette.surface, stroke: fill, lineWidth: 1.5 },
              },
              { type: "circle", shape: { cx: middle, cy: y, r: 4.5 }, style: { fill } },
            ],
          };
        },
      },
    ],
  };
}
