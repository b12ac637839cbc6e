/** Answers `/api` within the development server, so that the dashboard can be built without Dangol. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { cohorts, customer, customers, findings, overview, rfm, shop } from "./analyses.ts";
import { DAYS, isoDay } from "./orders.ts";
import { mapping, quality, quarantine, runs } from "./quality.ts";

const ANALYSES = { overview, rfm, cohorts, customers, customer };
const words = (en: string, ko: string) => ({ en, ko });

const catalogue = {
  analyses: Object.keys(ANALYSES).map((name) => ({
    name,
    title: words(name, name),
    definition: words(
      "Recency is the whole days since the last order, frequency the number of orders, monetary the sum of net revenue; each is scored from 1 to 5.",
      "최근성은 마지막 주문 후 지난 일수, 빈도는 주문 수, 금액은 순매출 합계예요. 각각 1~5점으로 매겨요.",
    ),
    source: "Hughes 1994",
    parameters: [
      {
        name: "model",
        kind: "choice",
        default: "quantile",
        choices: [],
        description: words("How raw values become scores.", "값을 점수로 바꾸는 방식이에요."),
      },
    ],
  })),
};

function answer(path: string, query: URLSearchParams): unknown {
  if (path === "/api/shop") return shop;
  if (path === "/api/catalogue") return catalogue;
  if (path === "/api/quality") return quality;
  if (path === "/api/quarantine") return quarantine(query);
  if (path === "/api/mapping") return mapping;
  if (path === "/api/runs") return runs;
  const name = path.replace("/api/analyses/", "");
  if (!(name in ANALYSES)) return null;
  const result = ANALYSES[name as keyof typeof ANALYSES](query);
  const params = Object.fromEntries(query);
  return (
    result && {
      analysis: name,
      as_of: `${query.get("as_of") ?? isoDay(DAYS)}T12:50:00Z`,
      params: {
        ...(name === "overview" ? { granularity: "month" } : {}),
        ...(name === "cohorts" ? { period: "month" } : {}),
        ...params,
      },
      result,
      findings: findings[name] ?? [],
    }
  );
}

export function mockApi(): Plugin {
  const handle = (
    request: IncomingMessage,
    response: ServerResponse,
    next: Connect.NextFunction,
  ) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api/")) return next();
    const body = answer(url.pathname, url.searchParams);
    response.statusCode = body === null ? 404 : 200;
    response.setHeader(
      "content-type",
      body === null ? "application/problem+json" : "application/json",
    );
    response.end(
      JSON.stringify(
        body ?? {
          code: "unknown_customer",
          title: "Unknown customer",
          status: 404,
          detail: "No customer has this number.",
          hint: "Check the number on the customer list.",
        },
      ),
    );
  };
  return {
    name: "dangol-mock-api",
    configureServer: (server) => void server.middlewares.use(handle),
    configurePreviewServer: (server) => void server.middlewares.use(handle),
  };
}
