/** The shop and the catalogue of analyses: fetched once, and again when the store has a new snapshot. */
import { ApiError, fetchJson, forget, type Catalogue, type Scheme, type Shop } from "$/api";
import { awaiting } from "./latency";

let shop = $state.raw<Shop>();
let catalogue = $state.raw<Catalogue>();
let error = $state.raw<ApiError>();

export const shopState = {
  get shop() {
    return shop;
  },
  get catalogue() {
    return catalogue;
  },
  get error() {
    return error;
  },
};

export async function loadShop(): Promise<void> {
  const done = awaiting();
  try {
    [shop, catalogue] = await Promise.all([
      fetchJson("/api/shop", {}),
      fetchJson("/api/catalogue", {}),
    ]);
    error = undefined;
  } catch (cause) {
    error =
      cause instanceof ApiError
        ? cause
        : new ApiError({ code: "client", title: String(cause), status: 0 });
  } finally {
    done();
  }
}

/** When the reader comes back to the window, an import may have happened meanwhile. */
export function watchSnapshot(): () => void {
  const look = async () => {
    if (document.visibilityState !== "visible" || !shop) return;
    const before = shop.snapshot;
    try {
      const reply = await fetch("/api/shop");
      if (!reply.ok) return;
      const now = (await reply.json()) as Shop;
      if (now.snapshot !== before) {
        forget();
        location.reload();
      }
    } catch {
      // The server may be restarting; the answers on screen stay true for their snapshot.
    }
  };
  document.addEventListener("visibilitychange", look);
  return () => document.removeEventListener("visibilitychange", look);
}

export function schemeOf(name: string): Scheme | undefined {
  return shop?.schemes.find((scheme) => scheme.scheme === name);
}
