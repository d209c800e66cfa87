import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { beginAtOnce } from "./build/begin.mjs";
import { serviceWorker } from "./build/worker.mjs";

const service = process.env["KEEPWELL_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), beginAtOnce(), serviceWorker()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // A file that is inlined as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      output: {
        // Scores of files of a few hundred bytes each take longer to ask for than to carry: what many views share is one file.
        codeSplitting: {
          groups: [
            // Run before the others are here.
            { name: "begin", test: /src\/(begin|api\/leaving|texts\/language)\.ts$/, priority: 3 },
            // What is needed before anything is drawn: by libraries and by the page's own.
            { name: "libraries", test: /node_modules/, tags: ["$initial"], priority: 2 },
            { name: "page", test: /src\//, tags: ["$initial"], priority: 2 },
            // What many views share; charts are dear, and the first view has none.
            { name: "many", test: /node_modules\/(?!uplot)/, minShareCount: 6, priority: 1 },
            {
              name: "shared",
              test: /src\/(api|live|offline|parts(?!\/chart)|shell)\//,
              minShareCount: 6,
              priority: 1,
            },
            { name: "chart", test: /uplot|src\/parts\/chart\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: service, changeOrigin: false } } },
});
