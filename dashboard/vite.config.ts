import process from "node:process";
import react from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";
import { compressFiles } from "./compress-files.ts";

/** The server that the development page talks to; it must be running. */
const SERVER = process.env["MASKLOOM_URL"] ?? "http://127.0.0.1:8787";
/* The server refuses pages of other origins, and the development page is one. */
const toServer: ProxyOptions = { target: SERVER, changeOrigin: true, ws: true, headers: { origin: SERVER } };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressFiles()],
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    /* What many pages share comes with the first of them, in one file: dozens of small ones would wait for each other. */
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "shared", test: /dashboard\/src\/(components|api|live)\/[^/]+$/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/v1", "/docs", "/openapi.json", "/healthz", "/readyz"].map((prefix) => [prefix, toServer]),
    ),
  },
});
