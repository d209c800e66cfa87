/** Service levels: their versions, what one would promise for a ticket, and a new version from a document. */
import { Button, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { PolicyView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { NewPolicy } from "@/views/setup/policies/NewPolicy";
import style from "@/views/setup/policies/Policies.module.css";
import { TryPolicy } from "@/views/setup/policies/TryPolicy";

export default function Policies() {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/policies");
  const [making, make] = useState(false);
  const [looked, look] = useState<string | null>(null);
  const versions = [...(data?.items ?? [])].reverse();
  return (
    <>
      <PageHead
        title={t("tool.policies")}
        actions={
          may("policies.write") && (
            <Button leftSection={<Plus aria-hidden size={16} />} onClick={() => make(true)}>
              {t("policies.new")}
            </Button>
          )
        }
      >
        {t("policies.what")}
      </PageHead>
      <Stack gap="xl">
        <section>
          <Title order={2} size="h4" mb="sm">
            {t("policies.versions")}
          </Title>
          {error ? (
            <ErrorNotice problem={error} again={() => void refetch()} />
          ) : (
            !data && <Loading rows={3} />
          )}
          <Stack gap="xs">
            {versions.map((one) => (
              <Version key={one.version} policy={one} onLook={() => look(one.version)} />
            ))}
          </Stack>
        </section>
        <TryPolicy />
      </Stack>
      {making && <NewPolicy onClose={() => make(false)} />}
      {looked && <Document version={looked} onClose={() => look(null)} />}
    </>
  );
}

function Version({ policy, onLook }: { policy: PolicyView; onLook: () => void }) {
  const { t } = useTranslation("setup");
  return (
    <Group justify="space-between" className={style["version"] ?? ""}>
      <div>
        <Group gap="xs">
          <Text fw={600}>{policy.version}</Text>
          {policy.in_force && <Badge tone="good">{t("policies.in_force")}</Badge>}
          {policy.shipped && <Badge tone="quiet">{t("policies.shipped")}</Badge>}
        </Group>
        <Text size="sm">{policy.reason}</Text>
        <Text size="sm" c="dimmed">
          {t("policies.since")} <TimeText at={policy.valid_from} show="absolute" />{" "}
          {policy.principal?.replace(/^person:/, "")}
        </Text>
      </div>
      <Button size="compact-sm" variant="default" onClick={onLook}>
        {t("policies.look")}
      </Button>
    </Group>
  );
}

function Document({ version, onClose }: { version: string; onClose: () => void }) {
  const { t } = useTranslation("setup");
  const { data, error } = ask.useQuery("get", "/api/v1/policies/{version}", {
    params: { path: { version } },
  });
  return (
    <Modal opened onClose={onClose} title={version} size="xl" closeButtonProps={{ "aria-label": t("close") }}>
      {error && <ErrorNotice problem={error} />}
      {!error && !data && <Loading rows={6} />}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by the keyboard
        <pre className={style["document"]} tabIndex={0}>
          {JSON.stringify(data.document, null, 2)}
        </pre>
      )}
    </Modal>
  );
}
