/** Both languages say the same things, and nothing that nobody uses. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../src");
const TEXTS = join(SRC, "texts");
const PLURAL = /_(zero|one|two|few|many|other)$/;
/** Written by `python -m api.page_words` and `api.page_fields` with every word of the trade, used here or not. */
const GENERATED = new Set(["words.json", "fields.json"]);
type Texts = { [key: string]: string | Texts };

function read(lang: string, file: string): Texts {
  return JSON.parse(readFileSync(join(TEXTS, lang, file), "utf8")) as Texts;
}

function keys(texts: Texts, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[before + key, value]] : keys(value, `${before}${key}.`),
  );
}

function names(texts: Texts): string[] {
  return [...new Set(keys(texts).map(([key]) => key.replace(PLURAL, "")))].sort();
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? "").sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name);
    if (each.isDirectory()) return sources(path);
    return /\.tsx?$/.test(each.name) && each.name !== "schema.ts" ? [readFileSync(path, "utf8")] : [];
  });
}

const everything = sources(SRC).join("\n");

/** Whether a key stands in a source as it is, or as the beginning of one that is put together: t(`state.${state}`). */
function used(key: string): boolean {
  const name = key.replace(PLURAL, "");
  const starts = name.split(".").map((_, i, parts) => parts.slice(0, i).join("."));
  const whole = ['"', "'", "`"].some((quote) => everything.includes(`${name}${quote}`));
  return whole || starts.some((start) => start !== "" && everything.includes(`${start}.\${`));
}

const files = readdirSync(join(TEXTS, "en"));

describe("texts", () => {
  it("stand in the same files", () =>
    expect(readdirSync(join(TEXTS, "zh")).sort()).toEqual([...files].sort()));

  it.each(files)("%s says the same things in both languages", (file) => {
    const [en, zh] = [read("en", file), read("zh", file)];
    expect(names(zh)).toEqual(names(en));
    const said = new Map(keys(en));
    for (const [key, text] of keys(zh))
      expect([key, placeholders(text)]).toEqual([key, placeholders(said.get(key) ?? text)]);
  });

  it.each(files.filter((file) => !GENERATED.has(file)))("%s says nothing that nobody uses", (file) => {
    expect(
      keys(read("en", file))
        .map(([key]) => key)
        .filter((key) => !used(key)),
    ).toEqual([]);
  });
});
