import type { Query } from "$/api";
import { scopeQuery, type Params, type Scope } from "$/state/url";

/** The switches that change who is in which segment. */
const SCORING = ["model", "groups", "frequency", "monetary", "classes", "weights"] as const;

/**
 * The page's switches as the analysis takes them; one that is not set is left to the shop's own
 * `[rfm]`. Classes are part of every scheme's answer.
 */
export function rfmQuery(scope: Scope, params: Params): Query<"/api/analyses/rfm"> {
  return {
    ...scopeQuery(scope),
    ...Object.fromEntries(SCORING.map((name) => [name, params[name]])),
    groups: params.model === "thresholds" ? undefined : params.groups,
    scheme: params.scheme === "class" ? undefined : params.scheme,
  };
}

/** Weights are learnt for the scores on screen, and judged beside those that the shop has. */
export function weightsQuery(scope: Scope, params: Params): Query<"/api/analyses/rfm-weights"> {
  const scoring = { ...rfmQuery(scope, params), scheme: undefined, weights: undefined };
  return { ...scoring, method: params.weighing || undefined };
}

/** Whether customers are scored otherwise than `shop.toml` says; filters always follow that. */
export function scoredOtherwise(params: Params): boolean {
  return SCORING.some((name) => params[name] !== "");
}
