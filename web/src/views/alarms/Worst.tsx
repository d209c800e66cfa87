/** The ten alarms that came most often, and what would have kept each of them quiet. */
import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BadActorView } from "@/api/schema";
import { to } from "@/links";
import { type Format, useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import style from "./Worst.module.css";

export function Worst({ worst }: { worst: BadActorView[] }) {
  const { t } = useTranslation("alarms");
  const most = Math.max(1, ...worst.map(({ raised }) => raised));
  return (
    <Section title={t("quality.worst")} hint={t("quality.worst_about")}>
      {worst.length === 0 ? (
        <Text size="sm">{t("quality.no_worst")}</Text>
      ) : (
        <ol className={style["list"]}>
          {worst.map((one) => (
            <BadActor key={one.alarm} one={one} most={most} />
          ))}
        </ol>
      )}
    </Section>
  );
}

/** By how much: a deadband in the limit's unit, a delay as a stretch of time. */
function cureOf({ deadband, unit, delay_s }: BadActorView, format: Format): string {
  return deadband === null ? format.duration(delay_s * 1000) : format.value(deadband, unit, 2);
}

function BadActor({ one, most }: { one: BadActorView; most: number }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  return (
    <li>
      <Stack gap={4}>
        <div className={style["head"]}>
          <Anchor component={Link} to={to.alarm(one.alarm)} size="sm" fw={600}>
            {one.cause}
          </Anchor>
          <Text size="sm" fw={600}>
            {t("quality.raised", { count: one.raised, share: format.share(one.share) })}
          </Text>
        </div>
        <div className={style["bar"]} aria-hidden>
          <i style={{ width: `${(one.raised / most) * 100}%` }} />
        </div>
        <Text size="sm">
          {one.cure !== "none" && <strong>{t(`quality.${one.cure}`, { by: cureOf(one, format) })} </strong>}
          {one.advice}
        </Text>
      </Stack>
    </li>
  );
}
