import type { RfmQuery } from "$/api";
import { scopeQuery, type Params, type Scope } from "$/state/url";

/** The page's switches as the analysis takes them. Classes are part of every scheme's answer. */
export function rfmQuery(scope: Scope, params: Params): RfmQuery {
  return {
    ...scopeQuery(scope),
    model: params.model,
    groups: params.model === "thresholds" ? undefined : Number(params.groups),
    frequency: params.frequency,
    monetary: params.monetary,
    classes: Number(params.classes),
    scheme: params.scheme === "class" ? "nine" : params.scheme,
  };
}
