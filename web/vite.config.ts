import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import type { PluginOption } from "vite";

export default defineConfig(async ({ mode }) => {
  const plugins: PluginOption[] = [svelte()];
  if (mode === "mock") {
    const { mockApi } = await import("./dev/mock/plugin.ts");
    plugins.push(mockApi());
  }
  return {
    plugins,
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
    server: {
      proxy:
        mode === "mock" ? undefined : { "/api": process.env.DANGOL_URL ?? "http://127.0.0.1:7878" },
    },
    test: { include: ["src/**/*.test.ts"] },
  };
});
