/** The last scans, and undoing one's own last one of a thing. */
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import type { ScanView } from "@/api/schema";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import style from "@/views/mine/Mine.module.css";

const SHOWN = 5;

export function Recent() {
  const { t } = useTranslation("scan");
  const { data, refetch } = ask.useQuery("get", "/api/v1/scans", { params: { query: { limit: SHOWN } } });
  const scans = data?.items ?? [];
  if (scans.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("recent")}
      </Title>
      <Stack gap="xs">
        {scans.map((one) => (
          <One key={one.id} one={one} again={() => void refetch()} />
        ))}
      </Stack>
    </section>
  );
}

function One({ one, again }: { one: ScanView; again: () => void }) {
  const { t } = useTranslation("scan");
  const session = useSession();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function undo() {
    setBusy(true);
    try {
      await api.POST("/api/v1/scans/{id}/undo", { params: { path: { id: one.id } } });
      setProblem(null);
      again();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" className={style["words"] ?? ""} {...(one.undone ? { td: "line-through" } : {})}>
          {t("moved", { thing: one.subject, place: one.place })} · <TimeText at={one.time} />
        </Text>
        {!one.undone && one.by === session.name && (
          <Button
            size="xs"
            variant="default"
            loading={busy}
            leftSection={<Undo2 aria-hidden size={14} />}
            onClick={() => void undo()}
          >
            {t("undo")}
          </Button>
        )}
      </Group>
      {problem !== null && <ErrorNotice problem={problem} />}
    </div>
  );
}
