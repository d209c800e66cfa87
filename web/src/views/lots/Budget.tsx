/** How much of the time that goods may be beyond a limit is used up, as a picture and in words. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AgainstView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import style from "@/views/lots/Budget.module.css";

/** The share of a budget that is used; what was used most within its window, if it has one. Undefined without a budget. */
export function usedShare(
  one: Pick<AgainstView, "budget_s" | "most_used_s" | "beyond_s">,
): number | undefined {
  if (!one.budget_s) return undefined;
  return (one.most_used_s ?? one.beyond_s) / one.budget_s;
}

export function Budget({ against }: { against: AgainstView }) {
  const { t } = useTranslation("lots");
  const format = useFormat();
  const share = usedShare(against);
  if (share === undefined || against.budget_s === null)
    return (
      <Text size="sm" c="dimmed">
        {t("no_budget")}
      </Text>
    );
  const used = format.duration((against.most_used_s ?? against.beyond_s) * 1000);
  const words = t("budget_used", {
    share: format.share(share, 0),
    used,
    budget: format.duration(against.budget_s * 1000),
  });
  return (
    <div className={style["budget"]}>
      <div className={style["track"]} aria-hidden>
        <div
          className={style["used"]}
          data-over={share > 1 || undefined}
          style={{ width: `${Math.min(share, 1) * 100}%` }}
        />
      </div>
      <Text size="xs">{words}</Text>
    </div>
  );
}
