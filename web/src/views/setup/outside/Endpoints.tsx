/** Addresses to which we tell and at which others report: making, changing, a new secret, removing. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ifMatch } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import type { Column } from "@/parts/DataTable";
import { Secret } from "@/parts/Secret";
import { Listing } from "@/views/setup/Listing";

/** What both have. */
export interface Endpoint {
  id: string;
  name: string;
  version: number;
  disabled: string | null;
}
/** A secret, this once. */
export interface Issued {
  name: string;
  secret: string;
}
export interface FormProps<One> {
  /** null: a new one. */
  kept: One | null;
  onClose: () => void;
  /** With the secret of a new one. */
  onSaved: (issued: Issued | null) => void;
}
/** How something guarded is asked for. */
export interface Guarded {
  query: { reason?: string };
  header: { "if-match": string };
}

interface Props<One extends Endpoint> {
  tool: "webhooks" | "hooks";
  path: "/api/v1/webhooks" | "/api/v1/inbound-hooks";
  addressOf: (one: One) => string;
  /** What stands between name and state. */
  columns: Column<One>[];
  rotate: (one: One, how: Guarded) => Promise<Issued | undefined>;
  remove: (one: One, how: Guarded) => Promise<unknown>;
  Form: (props: FormProps<One>) => ReactNode;
  /** Another act, before those that both have. */
  more?: (one: One) => ReactNode;
  children?: ReactNode;
}

type Act = "rotate" | "remove";

export function Endpoints<One extends Endpoint>(props: Props<One>) {
  const { tool, path, columns, addressOf, Form, more, children } = props;
  const { t } = useTranslation("setup");
  const list = useList(path, {});
  const [form, open] = useState<One | "new" | null>(null);
  const [issued, show] = useState<Issued | null>(null);
  const [asked, ask] = useState<{ one: One; act: Act } | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: ["list", path] });

  async function act(reason: string) {
    if (!asked) return;
    const how: Guarded = { query: reason ? { reason } : {}, header: ifMatch(asked.one.version) };
    if (asked.act === "remove") await props.remove(asked.one, how);
    else show((await props.rotate(asked.one, how)) ?? null);
    await again();
  }

  const button = (label: string, onClick: () => void) => (
    <Button size="compact-sm" variant="default" onClick={onClick}>
      {label}
    </Button>
  );
  const acts = (one: One) => (
    <Group gap="xs" justify="flex-end">
      {more?.(one)}
      {button(t("outside.change"), () => open(one))}
      {button(t("outside.rotate"), () => ask({ one, act: "rotate" }))}
      {button(t("remove"), () => ask({ one, act: "remove" }))}
    </Group>
  );
  const named = (one: One) => <Named name={one.name} address={addressOf(one)} />;
  return (
    <Listing
      tool={tool}
      list={list as never}
      columns={[
        { key: "name", head: t("name"), cell: named },
        ...columns,
        { key: "state", head: t("users.state_head"), cell: (one) => <OnOff off={one.disabled} /> },
        { key: "acts", head: "", cell: acts, end: true },
      ]}
      rowKey={(one: One) => one.id}
      act={t("add")}
      onAct={() => open("new")}
      above={issued && <Secret title={t("outside.secret", { name: issued.name })} secret={issued.secret} />}
      card={(one) => (
        <Stack gap={6}>
          {named(one)}
          <OnOff off={one.disabled} />
          {acts(one)}
        </Stack>
      )}
    >
      {form && (
        <Form
          kept={form === "new" ? null : form}
          onClose={() => open(null)}
          onSaved={(found) => {
            if (found) show(found);
            open(null);
            void again();
          }}
        />
      )}
      <ConfirmWithReason
        opened={asked !== null}
        title={asked?.one.name ?? ""}
        act={t(asked?.act === "remove" ? "remove" : "outside.rotate")}
        danger={asked?.act === "remove"}
        reason="optional"
        onConfirm={act}
        onClose={() => ask(null)}
      >
        {t(asked?.act === "remove" ? "outside.remove_what" : `outside.rotate_what.${tool}`)}
      </ConfirmWithReason>
      {children}
    </Listing>
  );
}

/** Whether an endpoint is on. */
function OnOff({ off }: { off: string | null }) {
  const { t } = useTranslation("setup");
  return off ? (
    <Badge tone="caution">{t(`outside.off.${off}`, t("outside.off.by_hand"))}</Badge>
  ) : (
    <Badge tone="good">{t("outside.on")}</Badge>
  );
}

function Named({ name, address }: { name: string; address: string }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {address}
      </Text>
    </Stack>
  );
}
