/** How much open work there is, how much of it is late and how much nobody has. */
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";

export function Counts() {
  const { t } = useTranslation("desk");
  const { data } = ask.useQuery("get", "/api/v1/tickets/counts");
  if (!data) return null;
  return (
    <Group gap="md">
      <span>{t("count.live", { count: data.live })}</span>
      <span>{t("count.overdue", { count: data.overdue })}</span>
      <span>{t("count.unassigned", { count: data.unassigned })}</span>
    </Group>
  );
}
