/** The text of a mapping as it is sent, and what has to be filled in of it. */

export type Settings = Record<string, string | number>;
export interface Source {
  document?: Record<string, never>;
  toml?: string;
  settings: Settings;
}
/** Something that a mapping asks to be filled in. */
export interface Asked {
  name: string;
  title: string;
  kind: string;
  fallback: string;
}

/** Whether it is written in JSON; else it is taken for TOML. */
function isJson(text: string): boolean {
  return text.trimStart().startsWith("{");
}

/** A document of JSON, or null while it cannot be read. */
function documentOf(text: string): Record<string, unknown> | null {
  if (!isJson(text)) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** What is sent. A JSON that cannot be read goes as TOML: the service says where it is wrong. */
export function sourceOf(text: string, filled: Record<string, string>): Source {
  const settings: Settings = {};
  const asked = askedOf(text, "en");
  for (const [name, value] of Object.entries(filled)) {
    if (value.trim() === "") continue;
    const number = asked.find((one) => one.name === name)?.kind === "number";
    settings[name] = number ? Number(value) : value.trim();
  }
  const document = documentOf(text);
  return document ? { document: document as Record<string, never>, settings } : { toml: text, settings };
}

/** What a mapping asks for; of TOML only the names are read. */
export function askedOf(text: string, lang: string): Asked[] {
  const document = documentOf(text);
  if (!document)
    return [...text.matchAll(/^\[settings\.([\w-]+)\]/gm)].map(([, name = ""]) => ({
      name,
      title: name,
      kind: "text",
      fallback: "",
    }));
  const settings = (document["settings"] ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(settings).map(([name, said]) => ({
    name,
    title: titleOf(said["title"], lang) || name,
    kind: String(said["kind"] ?? "text"),
    fallback: String(said["default"] ?? ""),
  }));
}

function titleOf(title: unknown, lang: string): string {
  if (typeof title === "string") return title;
  const said = (title ?? {}) as Record<string, string>;
  return said[lang] ?? said["en"] ?? "";
}

/** A mapping to begin with. */
export const BLANK = `format = 1
key = "my-gateway"
title = "What our gateways say"

[[message]]
topic = "plant/{hall}/climate"
gateway = "{hall}"
time = { at = "at", zone = "Asia/Shanghai" }

[message.values]
temp = "temperature"
hum = "relative_humidity"
`;
