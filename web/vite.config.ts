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
    rolldownOptions: {
      output: {
        // Scores of files of a few hundred bytes each take longer to ask for than to carry: what many views share is one file.
        codeSplitting: {
          groups: [
            { name: "libraries", test: /node_modules/, minShareCount: 6 },
            { name: "shared", test: /src\/(api|live|offline|parts|shell)\//, minShareCount: 6 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: service, changeOrigin: false } } },
});
