/** One message: as it came on the left, what was made of it on the right. */
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ArrivedView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { Decoded } from "@/views/gateways/Decoded";
import style from "./Message.module.css";

export function Message({ message }: { message: ArrivedView }) {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  const { refuses, kept } = message;
  const tone = refuses.length === 0 ? "good" : kept > 0 ? "caution" : "danger";
  return (
    <article className={style["message"]} data-tone={tone} aria-label={message.topic}>
      <Group gap="xs" justify="space-between" mb={6}>
        <Group gap="xs">
          <Text component="time" size="sm" fw={600} dateTime={message.received}>
            {format.clock(message.received)}
          </Text>
          <Text size="sm" className={style["topic"] ?? ""}>
            {message.topic}
          </Text>
        </Group>
        <Group gap={4}>
          <Badge tone={tone}>{t("live.kept", { count: kept })}</Badge>
          <Badge tone="quiet">
            {t(`form.${message.form}`, message.form)}
            {message.mapping && `: ${message.mapping}`}
          </Badge>
          {message.retained && <Badge tone="caution">{t("live.retained")}</Badge>}
          {message.repeated && <Badge tone="quiet">{t("live.repeated")}</Badge>}
          <Badge tone="quiet">{format.value(message.size_bytes, "B", 0)}</Badge>
        </Group>
      </Group>
      <div className={style["both"]}>
        <div>
          <Text size="xs" c="dimmed" mb={2}>
            {message.payload_text === null ? t("live.raw_base64") : t("live.raw")}
          </Text>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
          <pre tabIndex={0}>{message.payload_text ?? message.payload_base64}</pre>
          {message.payload_cut && (
            <Text size="xs" c="dimmed">
              {t("live.cut")}
            </Text>
          )}
        </div>
        <Decoded
          keeps={message.keeps}
          kept={kept}
          refuses={refuses}
          online={message.online}
          received={message.received}
        />
      </div>
      {message.passed > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {t("live.passed", { count: message.passed })}
        </Text>
      )}
    </article>
  );
}
