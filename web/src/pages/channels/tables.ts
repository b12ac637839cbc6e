/** The tables behind the pictures of the channels page, and the rows that its charts draw. */
import { pText } from "$/charts/profile";
import type { ChannelRow, Channels, GatewayRow, GuardRow } from "$/api";
import type { CostPoint } from "$/charts/channels";
import type { Figure } from "$/charts/figures";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import type { Translator } from "$/i18n";

export const nameOf = (row: ChannelRow, t: Translator) => t.words(row.name);
const channelName = (channel: string, t: Translator) =>
  channel === "" ? t("channels.unknown") : channel;
export const timesText = (value: number | null, { t, fmt }: Wording) =>
  value === null
    ? fmt.number(null)
    : t("channels.times", { n: fmt.decimal(value, value < 10 ? 2 : 1) });
export const monthsText = (value: number | null, { t, fmt }: Wording) =>
  value === null ? fmt.number(null) : t("channels.months", { n: fmt.decimal(value) });

/** Why a channel has no figure against its cost. */
function withoutCost(row: ChannelRow, t: Translator): string {
  if (row.cost === "no_spend") return t("channels.noSpend");
  if (row.cost === "no_customers") return t("channels.noCustomers");
  return t("channels.notAttributable");
}

/** The lifetime value that is set against the cost. */
export function ltvOf(row: ChannelRow, ltv: Channels["ltv"]) {
  return ltv === "model"
    ? { value: row.ltv_model, low: row.ltv_model_low, high: row.ltv_model_high }
    : {
        value: row.ltv_historical,
        low: row.ltv_historical_low,
        high: row.ltv_historical_high,
      };
}

/** Channels with a figure first, by that; the others below them. */
const bySize = (rows: Figure[], least = false) =>
  rows.sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null);
    return least ? a.value - b.value : b.value - a.value;
  });

export function ratioFigures(rows: ChannelRow[], { t, fmt }: Wording): Figure[] {
  return bySize(
    rows.map((row) => ({
      key: row.channel,
      label: nameOf(row, t),
      value: row.ltv_to_cac,
      low: row.ltv_to_cac_low,
      high: row.ltv_to_cac_high,
      without: withoutCost(row, t),
      details: [
        [t("channels.cac"), fmt.money(row.cac)],
        [t("channels.roi"), fmt.percent(row.roi)],
      ],
    })),
  );
}

export function paybackFigures(rows: ChannelRow[], { t, fmt }: Wording): Figure[] {
  return bySize(
    rows.map((row) => ({
      key: row.channel,
      label: nameOf(row, t),
      value: row.payback_months,
      low: row.payback_months_low,
      high: row.payback_months_high,
      without: withoutCost(row, t),
      details: [
        [t("channels.cac"), fmt.money(row.cac)],
        [t("channels.monthlyMargin"), fmt.money(row.monthly_margin)],
      ],
    })),
    true,
  );
}

export function worthFigures(
  rows: ChannelRow[],
  ltv: Channels["ltv"],
  { t, fmt }: Wording,
): Figure[] {
  return bySize(
    rows.map((row) => ({
      key: row.channel,
      label: nameOf(row, t),
      ...ltvOf(row, ltv),
      details: [
        [t("term.customers"), fmt.number(row.customers)],
        [t("channels.ltvHistorical"), fmt.money(row.ltv_historical)],
        [t("channels.ltvModel"), fmt.money(row.ltv_model)],
      ],
    })),
  );
}

export function maturityFigures(rows: ChannelRow[], { t, fmt }: Wording): Figure[] {
  return bySize(
    rows.map((row) => ({
      key: row.channel,
      label: nameOf(row, t),
      value: row.vip_share,
      low: row.vip_share_low,
      high: row.vip_share_high,
      details: [[t("channels.active"), fmt.number(row.active)]],
    })),
  );
}

export function costPoints(rows: ChannelRow[], ltv: Channels["ltv"], words: Wording): CostPoint[] {
  const { t, fmt } = words;
  return rows.flatMap((row): CostPoint[] => {
    const { value, low, high } = ltvOf(row, ltv);
    if (row.cac === null || value === null) return [];
    return [
      {
        key: row.channel,
        label: nameOf(row, t),
        cac: row.cac,
        cacLow: row.cac_low,
        cacHigh: row.cac_high,
        ltv: value,
        ltvLow: low,
        ltvHigh: high,
        free: row.cost === "no_spend",
        details: [
          [t("channels.cac"), row.cost === "no_spend" ? t("channels.noSpend") : fmt.money(row.cac)],
          [t("channels.figure.ltv"), fmt.money(value)],
          [t("channels.interval"), `${fmt.money(low)} – ${fmt.money(high)}`],
          [
            "LTV:CAC",
            row.ltv_to_cac === null ? t("channels.noSpend") : timesText(row.ltv_to_cac, words),
          ],
          [t("channels.newCustomers"), fmt.number(row.new_customers)],
        ],
      },
    ];
  });
}

export function channelTable(result: Channels, words: Wording): ChartTable {
  const { t, fmt } = words;
  const vip = t.words(result.vip);
  const money = (v: number | null) => fmt.money(v);
  const hasModel = result.total.ltv_model !== null;
  const cost = (row: ChannelRow, text: string, value: number | null) =>
    value === null && result.spend_known ? withoutCost(row, t) : text;
  const spent = result.spend_known
    ? [
        figure<ChannelRow>(
          "spend",
          t("channels.spend"),
          (r) => r.spend,
          (v) => fmt.money(v, true),
        ),
        figure<ChannelRow>(
          "new",
          t("channels.newCustomers"),
          (r) => r.new_customers,
          (v) => fmt.number(v),
        ),
        figure<ChannelRow>("cac", t("channels.cac"), (r) => r.cac, money),
      ]
    : [];
  const against = result.spend_known
    ? [
        {
          key: "ratio",
          label: "LTV:CAC",
          numeric: true,
          value: (r: ChannelRow) => r.ltv_to_cac,
          text: (r: ChannelRow) => cost(r, timesText(r.ltv_to_cac, words), r.ltv_to_cac),
        },
        figure<ChannelRow>(
          "roi",
          t("channels.roi"),
          (r) => r.roi,
          (v) => fmt.percent(v),
        ),
        figure<ChannelRow>(
          "payback",
          t("channels.paybackMonths"),
          (r) => r.payback_months,
          (v) => fmt.decimal(v),
        ),
      ]
    : [];
  return chartTable<ChannelRow>({
    file: "dangol-channels",
    rows: [...result.channels, result.total],
    columns: [
      { key: "channel", label: t("channels.channel"), value: (row) => nameOf(row, t) },
      figure(
        "customers",
        t("term.customers"),
        (r) => (r.cost === "not_attributable" ? null : r.customers),
        (v) => fmt.number(v),
      ),
      ...spent,
      figure("historical", t("channels.ltvHistorical"), (r) => r.ltv_historical, money),
      ...(hasModel
        ? [figure<ChannelRow>("model", t("channels.ltvModel"), (r) => r.ltv_model, money)]
        : []),
      ...against,
      figure("margin", t("channels.monthlyMargin"), (r) => r.monthly_margin, money),
      figure(
        "active",
        t("channels.active"),
        (r) => (r.cost === "not_attributable" ? null : r.active),
        (v) => fmt.number(v),
      ),
      figure(
        "vip",
        t("channels.vipShare", { vip }),
        (r) => r.vip_share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "raised",
        t("channels.raised"),
        (r) => (r.cost === "not_attributable" ? null : r.raised),
        (v) => fmt.number(v),
      ),
    ],
  });
}

/** A figure of a chart with its interval, as a table. */
export function figureTable(
  file: string,
  label: string,
  rows: Figure[],
  text: (value: number | null) => string,
  { t }: Wording,
): ChartTable {
  return chartTable<Figure>({
    file,
    rows,
    columns: [
      { key: "name", label: t("channels.channel"), value: (row) => row.label },
      {
        key: "value",
        label,
        numeric: true,
        value: (row) => row.value,
        text: (row) => (row.value === null ? (row.without ?? "–") : text(row.value)),
      },
      figure("low", `${t("channels.interval")} ▾`, (r) => r.low, text),
      figure("high", `${t("channels.interval")} ▴`, (r) => r.high, text),
    ],
  });
}

export function guardTable(rows: GuardRow[], { t, fmt }: Wording): ChartTable {
  interface Line {
    channel: string;
    by: Map<number, GuardRow>;
  }
  const minimums = [...new Set(rows.map((row) => row.least_active_days))].sort((a, b) => a - b);
  const channels = [...new Set(rows.map((row) => row.channel))];
  const table: Line[] = channels.map((channel) => ({
    channel,
    by: new Map(
      rows.filter((row) => row.channel === channel).map((row) => [row.least_active_days, row]),
    ),
  }));
  return chartTable<Line>({
    file: "dangol-channels-minimum",
    rows: table,
    columns: [
      {
        key: "channel",
        label: t("channels.channel"),
        value: (line) => channelName(line.channel, t),
      },
      ...minimums.map((least) => ({
        key: String(least),
        label: t("channels.guardDays", { n: least }),
        numeric: true,
        value: (line: Line) => line.by.get(least)?.ltv_historical ?? null,
        text: (line: Line) => {
          const row = line.by.get(least);
          return row ? `${row.rank}. ${fmt.money(row.ltv_historical)}` : "";
        },
      })),
    ],
  });
}

export function gatewayTable(
  rows: GatewayRow[],
  label: string,
  file: string,
  words: Wording,
): ChartTable {
  const { t, fmt } = words;
  const times = (v: number | null) => timesText(v, words);
  return chartTable<GatewayRow>({
    file,
    rows,
    columns: [
      { key: "name", label, value: (row) => row.name },
      figure(
        "customers",
        t("gateway.customers"),
        (r) => r.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "again",
        t("gateway.again"),
        (r) => r.bought_again,
        (v) => fmt.percent(v),
      ),
      figure(
        "later",
        t("gateway.later"),
        (r) => r.later_value,
        (v) => fmt.money(v),
      ),
      figure(
        "expected",
        t("gateway.expected"),
        (r) => r.expected_value,
        (v) => fmt.money(v),
      ),
      figure("ratio", t("gateway.ratio"), (r) => r.ratio, times),
      figure("low", `${t("channels.interval")} ▾`, (r) => r.ratio_low, times),
      figure("high", `${t("channels.interval")} ▴`, (r) => r.ratio_high, times),
      figure(
        "p",
        t("gateway.pValue"),
        (r) => r.p_value,
        (v) => pText(v, fmt),
      ),
      {
        key: "verdict",
        label: t("gateway.verdict"),
        value: (row) => t(`gateway.verdict.${row.verdict}`),
      },
    ],
  });
}

export function gatewayFigures(rows: GatewayRow[], { t, fmt }: Wording) {
  return rows.map((row) => ({
    key: row.key,
    label: row.name,
    value: row.ratio,
    low: row.ratio_low,
    high: row.ratio_high,
    found: row.verdict !== "not_seen",
    details: [
      [t("gateway.customers"), `${fmt.number(row.customers)} · ${fmt.percent(row.share)}`],
      [t("gateway.later"), fmt.money(row.later_value)],
      [t("gateway.expected"), fmt.money(row.expected_value)],
      [t("gateway.again"), fmt.percent(row.bought_again)],
    ] as [string, string][],
  }));
}
