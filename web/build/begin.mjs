// Vite's part for the file that runs first: a script that waits for no other.
const BEGIN = /\n *<(?:script|link)[^>]*"(\/assets\/begin-[\w-]+\.js)">(?:<\/script>)?/;
const FIRST_SCRIPT = /\n *<script type="module"/;

export function beginAtOnce() {
  return {
    name: "keepwell-begin",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html) {
        const [tag, file] = BEGIN.exec(html) ?? [];
        if (!tag) throw new Error("begin.ts is not a file of its own");
        const script = `\n    <script type="module" crossorigin async src="${file}"></script>`;
        return html.replace(tag, "").replace(FIRST_SCRIPT, `${script}$&`);
      },
    },
  };
}
