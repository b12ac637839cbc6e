/** The parts that every chart shares: type, axes, tooltip. Nothing of the library's own look is left. */
import type { ChartContext } from "./context";
import { wrapped } from "./text";

export const FONT = "'Pretendard Variable', system-ui, sans-serif";

export function base({ palette }: ChartContext) {
  return {
    animation: false,
    stateAnimation: { duration: 0 },
    textStyle: { fontFamily: FONT, fontSize: 12, color: palette.ink },
  };
}

export function tooltip(context: ChartContext, trigger: "item" | "axis" = "item") {
  const { palette } = context;
  return {
    trigger,
    confine: true,
    transitionDuration: 0,
    backgroundColor: palette.raised,
    borderColor: palette.line,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: palette.ink, fontSize: 12, fontFamily: FONT },
    extraCssText: "box-shadow:0 4px 16px rgb(0 0 0 / .12);border-radius:6px;",
    axisPointer: {
      type: "line",
      lineStyle: { color: palette.faint, width: 1, type: "solid" },
      label: { show: false },
      z: 0,
    },
  };
}

/** Tooltip text; values from data are escaped, since a product's name may hold markup. */
export function lines(title: string, rows: [string, string][]): string {
  const body = rows
    .map(
      ([name, value]) =>
        `<div style="display:flex;gap:16px;justify-content:space-between"><span>${escapeHtml(name)}</span><b style="font-weight:600;font-variant-numeric:tabular-nums">${escapeHtml(value)}</b></div>`,
    )
    .join("");
  return `<div style="font-weight:600;margin-bottom:2px">${escapeHtml(title)}</div>${body}`;
}

export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c] ?? c,
  );
}

export function valueAxis({ palette }: ChartContext, format: (value: number) => string) {
  return {
    type: "value" as const,
    min: 0,
    axisLine: { show: false },
    axisTick: { show: false },
    splitNumber: 4,
    splitLine: { lineStyle: { color: palette.line, width: 1 } },
    axisLabel: { color: palette.muted, fontSize: 11, formatter: format },
  };
}

/** A value axis that ends where the data end: that is no round number, and gets neither a label nor a line. */
export function endingAt(max: number, axis: ReturnType<typeof valueAxis>) {
  return {
    ...axis,
    max,
    splitLine: { ...axis.splitLine, showMaxLine: false },
    axisLabel: { ...axis.axisLabel, showMaxLabel: false },
  };
}

/** A value axis that holds a value the library does not know of, such as the end of a whisker, and ends on a round number. */
export function upTo(value: number, axis: ReturnType<typeof valueAxis>) {
  // Six steps at most: the finer they are, the less is empty above the highest.
  const least = Math.max(value, 1e-9) / 6;
  const power = 10 ** Math.floor(Math.log10(least));
  const interval = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= least) ?? 10);
  return { ...axis, interval, max: interval * Math.ceil(value / interval - 1e-9) };
}

export function categoryAxis({ palette }: ChartContext, labels: string[]) {
  return {
    type: "category" as const,
    data: labels,
    axisLine: { lineStyle: { color: palette.faint } },
    axisTick: { show: false },
    axisLabel: { color: palette.muted, fontSize: 11, hideOverlap: true },
  };
}

/** Names of things from the top down, in ink, in two lines at most: they are read, not measured. */
export function nameAxis(
  context: ChartContext,
  names: string[],
  width = context.compact ? Math.min(120, 0.34 * context.width) : 150,
) {
  return {
    ...categoryAxis(context, names),
    inverse: true,
    axisLine: { show: false },
    axisLabel: {
      color: context.palette.ink,
      fontSize: 12,
      interval: 0,
      lineHeight: 14,
      formatter: (name: string) => wrapped(name, width, 12, 2),
    },
  };
}

/** What an axis measures, in its middle. */
export function axisTitle({ palette }: ChartContext, name: string, nameGap = 26) {
  return {
    name,
    nameLocation: "middle" as const,
    nameGap,
    nameTextStyle: { color: palette.muted, fontSize: 11, fontFamily: FONT },
  };
}

/** Slanted strokes over what is not finished yet. */
export function hatch({ palette }: ChartContext) {
  return {
    symbol: "rect",
    symbolSize: 1,
    color: palette.surface,
    dashArrayX: [1, 0],
    dashArrayY: [2, 3],
    rotation: -Math.PI / 4,
  };
}

/** The part of the library's drawing interface that the custom series use. */
export interface CustomApi {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(extent: [number, number]): [number, number];
}
