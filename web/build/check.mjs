// What `make check` asks of the page: types, lint and format, unit tests, and that the API's types are those of its document.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = join(dirname(fileURLToPath(import.meta.url)), "..");

function run(script, ...args) {
  const done = spawnSync(process.execPath, [join(WEB, "node_modules", script), ...args], {
    cwd: WEB,
    stdio: "inherit",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function sameTypes() {
  const folder = mkdtempSync(join(tmpdir(), "keepwell-types-"));
  const fresh = join(folder, "schema.ts");
  const options = ["--alphabetize", "--root-types", "--root-types-no-schema-prefix"];
  run("openapi-typescript/bin/cli.js", "../docs/openapi.json", "--output", fresh, ...options);
  const same = readFileSync(fresh, "utf8") === readFileSync(join(WEB, "src/api/schema.ts"), "utf8");
  rmSync(folder, { recursive: true });
  if (same) return;
  console.error("web/src/api/schema.ts is not what docs/openapi.json says: run `npm run types` in web/");
  process.exit(1);
}

sameTypes();
run("typescript/bin/tsc");
run("@biomejs/biome/bin/biome", "check", ".");
run("vitest/vitest.mjs", "run");
