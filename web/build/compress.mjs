// After `vite build`: every text file also as .br and .gz, and the first load held against its limit.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const TEXT = new Set([".js", ".css", ".svg", ".json", ".webmanifest"]);
const LIMIT_BYTES = 400_000;
// Fetched before anything is drawn, though the page asks for it only as it runs: the texts of one language, and the view at `/`.
const ALSO = ["src/texts/zh.ts", "src/views/now/Now.tsx"];

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? files(join(folder, each.name)) : [join(folder, each.name)],
  );
}

function compress(path) {
  const plain = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
}

function withImports(manifest, key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) withImports(manifest, next, seen);
  return seen;
}

function firstLoad(manifest) {
  const named = [...readFileSync(join(DIST, "index.html"), "utf8").matchAll(/"\/(assets\/[^"]+)"/g)].map(
    ([, name]) => name,
  );
  const chunks = new Set(ALSO.flatMap((key) => [...withImports(manifest, key)]));
  const asked = [...chunks].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]);
  return ["index.html", ...new Set([...named, ...asked])].map((name) => join(DIST, name));
}

// The manifest serves this file only.
const manifest = JSON.parse(readFileSync(join(DIST, ".vite", "manifest.json"), "utf8"));
rmSync(join(DIST, ".vite"), { recursive: true });
for (const path of files(DIST)) if (TEXT.has(extname(path)) && statSync(path).size > 0) compress(path);
const load = firstLoad(manifest).map((path) => (existsSync(`${path}.gz`) ? `${path}.gz` : path));
const bytes = load.reduce((sum, path) => sum + statSync(path).size, 0);
console.log(`first load: ${(bytes / 1000).toFixed(1)} kB compressed (gzip) in ${load.length} files`);
if (bytes > LIMIT_BYTES) {
  console.error(`more than ${LIMIT_BYTES / 1000} kB: load what is not needed at once lazily`);
  process.exit(1);
}
