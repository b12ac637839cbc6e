import { defineConfig } from "@playwright/test";

/** Runs against a server that is already there: `DANGOL_URL=http://127.0.0.1:7878 npm run e2e`. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/playwright",
  fullyParallel: false,
  workers: 1,
  timeout: 40_000,
  reporter: [["list"]],
  use: {
    actionTimeout: 5_000,
    baseURL: process.env.DANGOL_URL ?? "http://127.0.0.1:7878",
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
