/** Where the sensors beside goods fall short of what their profile asks for; nothing where they do not. */
import { List, ThemeIcon } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { Section } from "@/parts/Section";
import { useSession } from "@/shell/session";

export function Gaps({ place }: { place: string }) {
  const { t } = useTranslation("places");
  const { may } = useSession();
  const { data } = ask.useQuery(
    "get",
    "/api/v1/requirements/gaps",
    { params: { query: { place } } },
    { enabled: may("registry.read"), retry: false },
  );
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t("gaps")} hint={t("gaps_why")}>
      <List
        spacing="xs"
        icon={
          <ThemeIcon variant="transparent" color="orange" size="sm">
            <TriangleAlert aria-hidden size={16} />
          </ThemeIcon>
        }
      >
        {data.items.map((gap) => (
          <List.Item key={`${gap.device} ${gap.kind} ${gap.quantity}`}>{gap.message}</List.Item>
        ))}
      </List>
    </Section>
  );
}
