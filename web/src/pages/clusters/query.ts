/** What the page asks for, from its address. */
import type { Params } from "$/state/url";

export const METHODS = ["kmeans", "ward", "average", "complete"] as const;
export const SCALINGS = ["standard", "min_max", "robust"] as const;
/** As many groups as there are colours that can be told apart. */
export const MOST_GROUPS = 8;

export function clustersQuery(params: Params) {
  return {
    features: params.features,
    scaling: params.scaling,
    method: params.method,
    clusters: params.groups,
  };
}
