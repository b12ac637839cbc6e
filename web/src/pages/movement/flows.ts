/** What the charts of movement draw, from the answer. */
import type { Wording } from "$/charts/context";
import type { MovementResult, SegmentMovement, SegmentSize } from "$/api";
import type { Flow, SizesOn, State } from "$/charts/movement";
import type { Translator } from "$/i18n";

/** Where customers come from who were in no segment; segments' keys have no capitals. */
export const NEW = "NEW";
export const BACK = "BACK";

/** How a scheme's segments are called and coloured. */
export interface Look {
  name: (key: string) => string;
  colour: (key: string) => string;
}

/** With the states that are no segments. */
export function lookOf(segments: Look, quiet: string, t: Translator): Look {
  const states: Record<string, string> = {
    [NEW]: t("movement.new"),
    [BACK]: t("movement.back"),
  };
  return {
    name: (key) => states[key] ?? segments.name(key),
    colour: (key) => (key in states ? quiet : segments.colour(key)),
  };
}

/** The keys of the segments, the best first where the scheme has an order. */
export function orderOf(segments: SegmentMovement[]): string[] {
  const ordered = segments.every((one) => one.level !== null);
  const sorted = ordered ? [...segments].sort((a, b) => (b.level ?? 0) - (a.level ?? 0)) : segments;
  return sorted.map((one) => one.segment);
}

/** The flows that are shown, with names. */
export function flowsOf(result: MovementResult, moved: boolean, look: Look, t: Translator): Flow[] {
  return result.flows
    .filter((flow) => !moved || !["stayed", "new", "back"].includes(flow.direction))
    .map((flow) => ({
      ...flow,
      fromName: look.name(flow.from),
      toName: look.name(flow.to),
      directionName: t.named("movement.direction", flow.direction),
    }));
}

/** The states at one side of the flows, in the order of the scheme; those that nobody is in are left out. */
export function statesOf(
  result: MovementResult,
  flows: Flow[],
  side: "from" | "to",
  look: Look,
): State[] {
  return [...orderOf(result.segments), BACK, NEW]
    .map((key) => ({
      key,
      name: look.name(key),
      colour: look.colour(key),
      customers: flows
        .filter((flow) => flow[side] === key)
        .reduce((sum, flow) => sum + flow.customers, 0),
    }))
    .filter((state) => state.customers > 0);
}

/** The sizes by date, in the order of `keys`. */
export function sizesOf(sizes: SegmentSize[], keys: string[], { t, fmt }: Wording): SizesOn[] {
  const dates = [...new Set(sizes.map((size) => size.on))];
  return dates.map((on, at) => {
    const own = sizes.filter((size) => size.on === on);
    const now = at === dates.length - 1;
    return {
      on,
      label: now ? t("movement.now") : fmt.periodShort(`${on.slice(0, 7)}-01`, "month"),
      total: own.reduce((sum, size) => sum + size.customers, 0),
      customers: keys.map((key) => own.find((size) => size.segment === key)?.customers ?? 0),
    };
  });
}
