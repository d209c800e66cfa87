/** How many places stand how; pressing one shows those alone. It is the legend of the map, too. */
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { lookOf, STANDS } from "@/views/now/stands";

interface Props {
  counts: Record<string, number>;
  chosen: string[];
  onChange: (state: string[]) => void;
}

export function StateFilter({ counts, chosen, onChange }: Props) {
  const { t } = useTranslation("now");
  const shown = STANDS.filter((state) => (counts[state] ?? 0) > 0 || chosen.includes(state));
  return (
    <Group gap={6} role="group" aria-label={t("filter.state")}>
      {shown.map((state) => {
        const [, Icon] = lookOf(state);
        const on = chosen.includes(state);
        return (
          <Button
            key={state}
            size="compact-sm"
            variant={on ? "filled" : "default"}
            aria-pressed={on}
            leftSection={<Icon aria-hidden size={16} />}
            onClick={() => onChange(on ? chosen.filter((one) => one !== state) : [...chosen, state])}
          >
            {t("filter.count", { state: t(`stand.${state}`), n: counts[state] ?? 0 })}
          </Button>
        );
      })}
    </Group>
  );
}
