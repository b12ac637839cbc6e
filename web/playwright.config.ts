import { defineConfig } from "@playwright/test";

if (!process.env.DANGOL_URL) throw new Error("DANGOL_URL is not set: run scripts/browser-tests");

/**
 * Runs against servers that are already there; `scripts/browser-tests` starts them. `DANGOL_URL` is
 * a shop with some dirt in its data, `DANGOL_URL_ONLINE_RETAIL` the shop that latency is measured on.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/playwright",
  fullyParallel: false,
  workers: 1,
  timeout: 40_000,
  reporter: [["list"]],
  use: {
    actionTimeout: 5_000,
    baseURL: process.env.DANGOL_URL,
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
