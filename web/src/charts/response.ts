/** Charts of the response model: expected against seen responses, how often customers responded, value by group. */
import type { ResponseCount, ResponseGroup, ResponseTenth } from "$/api";
import { namedBars, seenAndExpected } from "./bars";
import { lines } from "./base";
import type { ChartContext, Option, Wording } from "./context";

/** Tenths of the customers by what was expected of them, and how many of each responded. */
export function tenthsChart(rows: ResponseTenth[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return seenAndExpected(
    {
      labels: rows.map((row) => String(row.tenth)),
      axis: t("response.checkAxis"),
      seen: rows.map((row) => row.actual_rate),
      intervals: rows.map((row) =>
        row.actual_low === null || row.actual_high === null
          ? null
          : [row.actual_low, row.actual_high],
      ),
      expected: [{ values: rows.map((row) => row.expected_rate), colour: palette.accent }],
      text: (value) => fmt.percent(value),
      tip: (at) => {
        const row = rows[at] as ResponseTenth;
        const between =
          row.actual_low === null || row.actual_high === null
            ? "–"
            : `${fmt.percent(row.actual_low, 1)} – ${fmt.percent(row.actual_high, 1)}`;
        return [
          t("response.tenthName", { n: row.tenth }),
          [
            [t("response.expected"), fmt.percent(row.expected_rate, 1)],
            [t("response.actual"), fmt.percent(row.actual_rate, 1)],
            [t("response.between"), between],
            [t("response.messages"), fmt.number(row.contacts)],
          ],
        ];
      },
    },
    context,
  );
}

export function countText(row: ResponseCount, { fmt, t }: Wording): string {
  const count = fmt.number(row.responses);
  return row.and_more ? t("response.orMore", { n: count }) : count;
}

/** Customers by number of responses; dots are how many the model expects. */
export function answersChart(rows: ResponseCount[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return seenAndExpected(
    {
      labels: rows.map((row) => countText(row, context)),
      axis: t("response.answers"),
      seen: rows.map((row) => row.customers),
      expected: [{ values: rows.map((row) => row.expected), colour: palette.accent }],
      text: (value) => fmt.numberShort(value),
      tip: (at) => {
        const row = rows[at] as ResponseCount;
        return [
          `${t("response.answers")} ${countText(row, context)}`,
          [
            [t("term.customers"), fmt.number(row.customers)],
            [t("response.expected"), fmt.number(row.expected, 0)],
          ],
        ];
      },
    },
    context,
  );
}

/** What the next message brings by group; the chance of an answer where nothing is known of spend. */
export function groupsChart(rows: ResponseGroup[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const withValue = rows.every((row) => row.expected_value !== null);
  return namedBars(
    rows.map((row) => {
      const value = withValue ? (row.expected_value ?? 0) : row.probability;
      return {
        label: t("response.groupName", { n: row.group }),
        value,
        text: withValue ? fmt.moneyShort(value) : fmt.percent(value, 1),
        colour: value > 0 ? palette.accent : palette.quiet,
        tip: lines(t("response.groupName", { n: row.group }), [
          [t("term.customers"), fmt.number(row.customers)],
          [t("response.probability"), fmt.percent(row.probability, 1)],
          ...(withValue
            ? ([[t("response.value"), fmt.money(row.expected_value)]] as [string, string][])
            : []),
        ]),
      };
    }),
    context,
    { room: 54 },
  );
}
