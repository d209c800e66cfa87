/** What the forms of both kinds of addresses have in common: the name on top, and below everything whether it is in use. */
import { Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "@/parts/FormDialog";

interface Said {
  name: string;
  enabled?: boolean;
}

interface Props {
  title: string;
  /** It is there already. */
  kept: boolean;
  said: Said;
  set: (some: Partial<Said>) => void;
  /** Whether enough was said beside the name. */
  ready: boolean;
  /** What it means that it is not in use. */
  enabledHelp?: string;
  onSend: () => Promise<unknown>;
  onClose: () => void;
  children: (faults: Record<string, string>) => ReactNode;
}

export function EndpointForm({
  title,
  kept,
  said,
  set,
  ready,
  enabledHelp,
  onSend,
  onClose,
  children,
}: Props) {
  const { t } = useTranslation("setup");
  return (
    <FormDialog
      title={title}
      act={t(kept ? "save" : "add")}
      ready={ready && said.name.trim() !== ""}
      onSend={onSend}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <TextInput
            label={t("name")}
            required
            value={said.name}
            error={faults["name"]}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          {children(faults)}
          {kept && (
            <Switch
              label={t("outside.enabled")}
              description={enabledHelp}
              checked={said.enabled ?? true}
              onChange={(event) => set({ enabled: event.currentTarget.checked })}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
