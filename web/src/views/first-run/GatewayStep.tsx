/** Connect a gateway: name it, give it a credential, take over where it has to publish, and see its first reading arrive. */
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api } from "@/api/client";
import type { IssuedCredentialView } from "@/api/schema";
import { IF_NEW, useActing } from "@/parts/acting";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Connection } from "@/views/first-run/Connection";
import { FirstReading } from "@/views/first-run/FirstReading";
import type { There } from "@/views/first-run/progress";

const GATEWAY = "[A-Za-z0-9_\\-]{1,64}";

export function GatewayStep({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  const [params, setParams] = useSearchParams();
  const [issued, setIssued] = useState<IssuedCredentialView>();
  const { busy, problem, act } = useActing();
  const wanted = params.get("gateway");
  const chosen = wanted === "" ? undefined : (wanted ?? there.gateways[0]?.key);
  const choose = (gateway: string) =>
    setParams(
      (before) => {
        before.set("step", "gateway");
        before.set("gateway", gateway);
        return before;
      },
      { replace: true },
    );

  async function issue(gateway: string) {
    const { data } = await api.POST("/api/v1/gateways/{key}/credential", {
      params: { path: { key: gateway } },
    });
    setIssued(data);
  }
  async function add(gateway: string, name: string) {
    await api.PUT("/api/v1/gateways/{key}", {
      params: { path: { key: gateway }, header: IF_NEW },
      body: { name: name.trim(), model: "" },
    });
    await issue(gateway);
    choose(gateway);
  }

  if (!chosen)
    return (
      <Stack>
        <Naming busy={busy} add={(gateway, name) => void act(() => add(gateway, name), "/api/v1/gateways")} />
        <Text size="sm" c="dimmed">
          {t("gateway.shuts_out")}
        </Text>
        {problem !== null && <ErrorNotice problem={problem} />}
      </Stack>
    );
  return (
    <Stack>
      <Group align="flex-end">
        <Select
          label={t("gateway.which")}
          data={[...new Set([chosen, ...there.gateways.map(({ key }) => key)])]}
          value={chosen}
          onChange={(gateway) => gateway && choose(gateway)}
          allowDeselect={false}
        />
        <Button variant="default" onClick={() => choose("")}>
          {t("gateway.another")}
        </Button>
      </Group>
      {issued?.gateway === chosen ? (
        <Connection issued={issued} />
      ) : (
        <Group>
          <Text size="sm">{t("gateway.lost")}</Text>
          <Button
            variant="default"
            loading={busy}
            onClick={() => void act(() => issue(chosen), "/api/v1/gateways/{key}/credential")}
          >
            {t("gateway.issue")}
          </Button>
        </Group>
      )}
      {problem !== null && <ErrorNotice problem={problem} />}
      <FirstReading key={chosen} gateway={chosen} />
    </Stack>
  );
}

function Naming({ busy, add }: { busy: boolean; add: (gateway: string, name: string) => void }) {
  const { t } = useTranslation("first-run");
  const [gateway, setGateway] = useState("gateway-1");
  const [name, setName] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add(gateway.trim(), name);
      }}
    >
      <Group align="flex-end">
        <TextInput
          label={t("gateway.id")}
          description={t("gateway.id_why")}
          required
          pattern={GATEWAY}
          value={gateway}
          onChange={(event) => setGateway(event.currentTarget.value)}
        />
        <TextInput
          label={t("gateway.name")}
          description={t("gateway.name_why")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy}>
          {t("gateway.add")}
        </Button>
      </Group>
    </form>
  );
}
