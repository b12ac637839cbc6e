/** What every component needs to write and draw: the translator, the formatter and the palette. */
import { formatter, localeFor, type Formatter } from "$/format";
import { translator, type Translator } from "$/i18n";
import type { Palette } from "$/theme/tokens";
import { segmentColour } from "$/theme/segments";
import { preferences } from "./preferences.svelte";
import { schemeOf, shopState } from "./shop.svelte";

const translators = { en: translator("en"), ko: translator("ko") };
let lastKey = "";
let lastFormatter: Formatter | undefined;

export const ui = {
  get t(): Translator {
    return translators[preferences.language];
  },
  get fmt(): Formatter {
    const language = preferences.language;
    const currency = shopState.shop?.currency ?? "USD";
    const timeZone = shopState.shop?.time_zone ?? "UTC";
    const key = `${language} ${currency} ${timeZone}`;
    if (!lastFormatter || key !== lastKey) {
      lastKey = key;
      lastFormatter = formatter({
        language,
        locale: localeFor(language, navigator.languages),
        currency,
        timeZone,
      });
    }
    return lastFormatter;
  },
  get palette(): Palette {
    return preferences.palette;
  },
};

/** Name of a segment in the reader's language. */
export function segmentName(scheme: string, key: string): string {
  // Clusters are found anew with the data, so that only their page knows their names.
  if (scheme === "clusters") return ui.t("clusters.chip", { n: key.replace(/^c/, "") });
  const rule = schemeOf(scheme)?.segments.find((segment) => segment.key === key);
  return rule ? ui.t.words(rule.name) : ui.t.named(`segment.${scheme}`, key);
}

export function colourOfSegment(scheme: string, key: string): string {
  const position = schemeOf(scheme)?.segments.findIndex((segment) => segment.key === key) ?? -1;
  return segmentColour(ui.palette, scheme, key, Math.max(0, position));
}
