/** Where the page begins: texts first, then everything else. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@/shell/scheme.css";
import { setNonce } from "get-nonce";
import i18next from "i18next";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "@/api/queries";
import { App, fetchView } from "@/shell/App";
import { watchForLost } from "@/shell/lost";
import { fetchSession } from "@/shell/session";
import { prepare } from "@/texts";

// Styles that are made in the browser carry the number that the service gave this answer, or they are refused.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? "";
setNonce(nonce);

/** For who is logged in. */
const PATIENCE_MS = 400;

/** A function, as views wait for the file in which this stands: it may not wait for them itself. */
async function begin(root: HTMLElement): Promise<void> {
  watchForLost();
  // What does not come now is asked for again, and missed, where it is needed.
  await Promise.all([
    prepare(),
    fetchView(location.pathname).catch(() => undefined),
    fetchSession(PATIENCE_MS),
  ]);
  // The sentences of the API follow the language: what is shown is asked for again.
  i18next.on("languageChanged", () => void queries.invalidateQueries());
  createRoot(root).render(
    <StrictMode>
      <App nonce={nonce} />
    </StrictMode>,
  );
}

const root = document.getElementById("root");
if (root) void begin(root);
