/** What the page asks for, from its address; and names that are the same in every language. */
import type { ModelCheck } from "$/api";
import type { Formatter } from "$/format";
import type { Translator } from "$/i18n";
import type { Params } from "$/state/url";

/** Proper names: what the papers call the models. */
export const MODELS: Record<string, string> = {
  bg_nbd: "BG/NBD",
  mbg_nbd: "MBG/NBD",
  pareto_nbd: "Pareto/NBD",
  bg_cnbd: "BG/CNBD-k",
  mbg_cnbd: "MBG/CNBD-k",
};

/** Days of the horizons that the page offers, by their months. */
export const HORIZONS: Record<number, number> = { 3: 91, 6: 182, 12: 365, 24: 730 };

/** As many of the most valuable customers as fit on a page; the command line gives everybody. */
const TOP = 10;

export function valueQuery(params: Params) {
  const share = (text: string | undefined) => (text ? Number(text) / 100 : undefined);
  return {
    model: params.model,
    horizon_days: params.horizon,
    discount_rate: share(params.discount),
    margin: share(params.margin),
    scheme: params.scheme,
    covariates: params.covariates,
    top: TOP,
  };
}

/** "12 months", or the days of a horizon of the shop's own. */
export function horizonText(days: number, t: Translator): string {
  const months = Object.entries(HORIZONS).find(([, length]) => length === days)?.[0];
  return months ? t("value.months", { n: Number(months) }) : t("value.days", { n: days });
}

/** With regularity 1 a CNBD model is its NBD model, and has its name: two rows would look the same. */
export function modelName(model: Pick<ModelCheck, "model" | "name">, t: Translator): string {
  const name = t.words(model.name);
  return model.model.endsWith("cnbd") && !name.includes("CNBD")
    ? `${MODELS[model.model] ?? name} (k = 1)`
    : name;
}

/** An interval as the API may give it; none where the data leave it open. */
export interface Interval {
  low: number;
  high: number;
}

/** Reads `name_low` and `name_high`. */
export function intervalOf(row: object, name: string): Interval | null {
  const values = row as Record<string, unknown>;
  const low = values[`${name}_low`];
  const high = values[`${name}_high`];
  return typeof low === "number" && typeof high === "number" ? { low, high } : null;
}

/** Whether the API knows of the interval at all. */
export function hasInterval(row: object, name: string): boolean {
  return `${name}_low` in row;
}

/** Three digits that matter: parameters run from 0.003 to 33,301. */
export function estimateText(value: number | null, fmt: Formatter): string {
  if (value === null) return fmt.number(null);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return fmt.number(value, Math.min(6, digits));
}
