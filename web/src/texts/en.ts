/** Every sentence of this language in one file: views would otherwise wait for theirs one after the other. */
export default import.meta.glob<Record<string, unknown>>("./en/*.json", { eager: true, import: "default" });
