/** A text to be taken elsewhere: shown whole, copied with one press, also where the browser has no clipboard for pages. */
import { Button, Group, Text } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import style from "./CopyText.module.css";

const SHOWN_MS = 2_000;

/** Without HTTPS a page has no clipboard of its own; what is selected can be copied nevertheless. */
async function copy(text: string, shown: HTMLElement | null): Promise<boolean> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const selection = getSelection();
  if (!shown || !selection) return false;
  selection.selectAllChildren(shown);
  return document.execCommand("copy");
}

export function CopyText({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation("states");
  const shown = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  async function act() {
    setCopied(await copy(text, shown.current).catch(() => false));
    window.setTimeout(() => setCopied(false), SHOWN_MS);
  }
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void act()}
          leftSection={copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
          aria-label={`${t("copy.act")}: ${label}`}
        >
          <span aria-live="polite">{copied ? t("copy.done") : t("copy.act")}</span>
        </Button>
      </Group>
      <code ref={shown} className={style["text"]}>
        {text}
      </code>
    </div>
  );
}
