import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./build/worker.mjs";

const service = process.env["KEEPWELL_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), serviceWorker()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // A file that is inlined as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/api": { target: service, changeOrigin: false } } },
});
