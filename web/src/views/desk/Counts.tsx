/** How much open work there is, how much of it is late and how much nobody has; each figure leads to its tickets. */
import { Anchor, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask } from "@/api/client";
import { to } from "@/links";
import type { DeskFilters } from "@/views/desk/asked";
import { which } from "@/views/desk/asked";

export function Counts({ filters }: { filters: DeskFilters }) {
  const { t } = useTranslation("desk");
  const { data } = ask.useQuery("get", "/api/v1/tickets/counts", { params: { query: which(filters) } });
  if (!data) return null;
  const shown = [
    ["live", data.live, ""],
    ["overdue", data.overdue, "overdue=true"],
    ["act_by_past", data.act_by_past, "sort=act_by"],
    ["unassigned", data.unassigned, "unassigned=true"],
  ] as const;
  return (
    <Group gap="md">
      {shown.map(([name, count, address]) => (
        <Anchor key={name} component={Link} to={to.desk(address)} inherit c="inherit" underline="hover">
          {t(`count.${name}`, { count })}
        </Anchor>
      ))}
    </Group>
  );
}
