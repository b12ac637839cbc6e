/** The only door to the API: types, the client and its errors are imported from here. */
export * from "./types";
export {
  ApiError,
  cached,
  fetchJson,
  forget,
  keyOf,
  type Body,
  type Path,
  type Query,
} from "./client";
