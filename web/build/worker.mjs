// Vite's part for the service worker: compiled by itself, told which files the page has, and named by what is in them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformWithOxc } from "vite";

const SOURCE = "src/worker/worker.ts";
// Asked for by the installing browser itself, or never by the page.
const LEFT_OUT = /^(index\.html|\.vite\/.*|sw\.js)$|\.map$/;

function inPublic(root) {
  return readdirSync(join(root, "public")).map((name) => [name, readFileSync(join(root, "public", name))]);
}

export function serviceWorker() {
  let root = "";
  return {
    name: "keepwell-service-worker",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      root = config.root;
    },
    async generateBundle(_options, bundle) {
      const built = Object.values(bundle).map((each) => [
        each.fileName,
        each.type === "chunk" ? each.code : each.source,
      ]);
      const files = [...built, ...inPublic(root)].sort(([a], [b]) => (a < b ? -1 : 1));
      const digest = createHash("sha256").update(readFileSync(join(root, "index.html")));
      const source = readFileSync(join(root, SOURCE), "utf8");
      digest.update(source);
      for (const [name, contents] of files) digest.update(name).update(contents);
      const { code } = await transformWithOxc(source, SOURCE);
      const names = files.map(([name]) => name).filter((name) => !LEFT_OUT.test(name));
      this.emitFile({
        type: "asset",
        fileName: "sw.js",
        source: code
          .replaceAll("__VERSION__", JSON.stringify(digest.digest("hex").slice(0, 12)))
          .replaceAll("__FILES__", JSON.stringify(names.map((name) => `/${name}`))),
      });
    },
  };
}
