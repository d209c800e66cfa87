/** Addresses at which other systems report. */
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { HookView } from "@/api/schema";
import { Endpoints } from "@/views/setup/outside/Endpoints";
import { HookForm } from "@/views/setup/outside/HookForm";

export default function Hooks() {
  const { t } = useTranslation(["setup", "words"]);
  return (
    <Endpoints<HookView>
      tool="hooks"
      path="/api/v1/inbound-hooks"
      addressOf={({ key }) => `${location.origin}/api/v1/hooks/${key}`}
      columns={[
        { key: "kind", head: t("hooks.kind"), cell: (one) => t(`words:ticket.kind.${one.kind}`, one.kind) },
      ]}
      rotate={async ({ key }, how) =>
        (await api.POST("/api/v1/inbound-hooks/{key}/rotate", { params: { path: { key }, ...how } })).data
      }
      remove={({ key }, how) =>
        api.DELETE("/api/v1/inbound-hooks/{key}", { params: { path: { key }, ...how } })
      }
      Form={HookForm}
    />
  );
}
