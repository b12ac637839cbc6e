import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** The server behind the development server; without one the dashboard says that it is not there. */
const api = process.env.DANGOL_URL ? { "/api": process.env.DANGOL_URL } : undefined;

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { $: fileURLToPath(new URL("./src", import.meta.url)) },
    // Vitest would otherwise resolve Svelte's server build, which has no runes.
    conditions: process.env.VITEST ? ["browser"] : undefined,
  },
  build: {
    target: "es2022",
    // Fonts stay files of their own: the browser then fetches only the subsets a page needs.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "echarts", test: /node_modules[\\/](echarts|zrender|tslib)/ }],
        },
      },
    },
  },
  server: { proxy: api },
  preview: { proxy: api },
  test: { include: ["src/**/*.test.ts"] },
});
