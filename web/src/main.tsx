/** Where the page begins: texts first, then everything else. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@/shell/scheme.css";
import { setNonce } from "get-nonce";
import i18next from "i18next";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "@/api/queries";
import { App } from "@/shell/App";
import { watchForLost } from "@/shell/lost";
import { prepare } from "@/texts";

// Styles that are made in the browser carry the number that the service gave this answer, or they are refused.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? "";
setNonce(nonce);

const root = document.getElementById("root");
if (root) {
  watchForLost();
  await prepare();
  // The sentences of the API follow the language: what is shown is asked for again.
  i18next.on("languageChanged", () => void queries.invalidateQueries());
  createRoot(root).render(
    <StrictMode>
      <App nonce={nonce} />
    </StrictMode>,
  );
}
