/**
 * One colour per segment, the same on every page and in both themes.
 * Names belong to their scheme: `class:silver` and another scheme's silver never share a colour.
 * Warm colours are customers who are slipping away, greys those who have left.
 */
import type { Palette } from "./tokens";

const COLOURS: Record<string, Record<string, string>> = {
  nine: {
    vip_champions: "#00805d",
    loyal: "#0072b2",
    potential_loyalist: "#56b4e9",
    promising_high: "#3fb59a",
    promising_low: "#a5d8c6",
    needs_attention: "#f0c945",
    at_risk: "#d55e00",
    hibernating: "#cc79a7",
    lost: "#858a90",
  },
  eleven: {
    champions: "#00805d",
    loyal: "#0072b2",
    loyal_customers: "#0072b2",
    potential_loyalist: "#56b4e9",
    potential_loyalists: "#56b4e9",
    new_customers: "#3fb59a",
    new: "#3fb59a",
    promising: "#a5d8c6",
    needs_attention: "#f0c945",
    need_attention: "#f0c945",
    about_to_sleep: "#e69f00",
    at_risk: "#d55e00",
    cannot_lose: "#9c3d00",
    cannot_lose_them: "#9c3d00",
    cant_lose: "#9c3d00",
    cant_lose_them: "#9c3d00",
    hibernating: "#cc79a7",
    lost: "#858a90",
  },
  grade: {
    vip: "#00805d",
    gold: "#c58a1a",
    silver: "#7f95a8",
    bronze: "#a8734f",
    at_risk: "#d55e00",
  },
  class: { platinum: "#4f7fa8", gold: "#d9a125", silver: "#a7abb0" },
  bands: { "12-15": "#00805d", "9-11": "#56b4e9", "6-8": "#e69f00", "3-5": "#858a90" },
};

/** `position` picks a colour for segments that a shop has named itself. */
export function segmentColour(
  palette: Palette,
  scheme: string,
  key: string,
  position: number,
): string {
  return (
    COLOURS[scheme]?.[key] ??
    palette.categorical[position % palette.categorical.length] ??
    palette.quiet
  );
}
