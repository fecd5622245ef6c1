import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compress } from "./compress.ts";

const server = process.env.TIDEGATE_URL ?? "http://127.0.0.1:8765";

export default defineConfig({
  // Relative addresses: the server writes the path below which it is mounted into index.html.
  base: "./",
  // The server puts a fresh nonce into each index.html; libraries that add styles read it there.
  html: { cspNonce: "__NONCE__" },
  plugins: [react(), tailwindcss(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    outDir: process.env.TIDEGATE_WEB_DIST ?? "../src/tidegate/web_dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["./test/setup.ts"],
    restoreMocks: true,
    // Typing goes key by key; a busy machine takes its time.
    testTimeout: 60_000,
  },
});
