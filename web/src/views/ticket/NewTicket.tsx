/** A ticket opened by hand: about what, in one's own words. */
import { Autocomplete, Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, ask, onceKey } from "@/api/client";
import type { TicketIn } from "@/api/schema";
import { to } from "@/links";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { useLife } from "@/views/ticket/asking";

const PLACES = ["zone", "site", "lot", "shipment"] as const;
const TECHNICAL = ["device", "gateway", "equipment", "customer"] as const;
type Kind = (typeof PLACES)[number] | (typeof TECHNICAL)[number];
const LISTS = {
  zone: "/api/v1/zones",
  site: "/api/v1/sites",
  lot: "/api/v1/lots",
  shipment: "/api/v1/shipments",
  gateway: "/api/v1/gateways",
  equipment: "/api/v1/equipment",
  customer: "/api/v1/customers",
} as const;
const WORK: TicketIn["kind"][] = ["internal", "customer", "goods", "sensor", "gateway", "equipment"];
const MOST = 1000;

interface Draft {
  title: string;
  description: string;
  kind: string;
  about: Kind;
  key: string;
  priority: string;
  category: string;
  phase: string;
  wished: string;
}

function empty(subject: string | null): Draft {
  const [about, ...key] = (subject ?? "").split(":");
  const known = [...PLACES, ...TECHNICAL].find((one) => one === about) ?? "zone";
  const rest = { title: "", description: "", kind: "internal", priority: "P3", wished: "" };
  return { ...rest, about: known, key: key.join(":"), category: "technical", phase: "after_sale" };
}

function bodyOf(draft: Draft, customer: boolean): TicketIn {
  const { about, key, wished, kind, title, description, ...plain } = draft;
  const body = {
    ...plain,
    kind: customer ? "customer" : kind,
    title: title.trim(),
    description: description.trim(),
    subject: `${about}:${key.trim()}`,
    ...(about === "zone" ? { zone: key.trim() } : {}),
    ...(wished ? { wished: new Date(wished).toISOString() } : {}),
  };
  return body as TicketIn;
}

export default function NewTicket() {
  const { t } = useTranslation(["ticket", "words"]);
  const session = useSession();
  const customer = session.role === "customer";
  const go = useNavigate();
  const [params] = useSearchParams();
  const [draft, set] = useState(() => empty(params.get("subject")));
  const [once] = useState(onceKey);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const change = (some: Partial<Draft>) => set((old) => ({ ...old, ...some }));

  async function open() {
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await api.POST("/api/v1/tickets", {
        params: { header: once },
        body: bodyOf(draft, customer),
      });
      if (data) await go(to.ticket(data.number), { replace: true });
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <PageHead title={t("new.title")}>{t("new.what")}</PageHead>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <Stack maw={640}>
          <About draft={draft} change={change} customer={customer} />
          <TextInput
            label={t("new.name")}
            required
            maxLength={200}
            value={draft.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Textarea
            label={t("new.description")}
            autosize
            minRows={3}
            maxLength={4000}
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
          <Sort draft={draft} change={change} customer={customer} />
          <TextInput
            type="datetime-local"
            label={t("new.wished")}
            description={t("new.wished_help", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
            value={draft.wished}
            onChange={(event) => change({ wished: event.currentTarget.value })}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => void go(-1)}>
              {t("do.back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!draft.title.trim() || !draft.key.trim()}>
              {t("new.open")}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}

interface PartProps {
  draft: Draft;
  change: (some: Partial<Draft>) => void;
  customer: boolean;
}

/** What it is about: a kind of thing, and which one. */
function About({ draft, change, customer }: PartProps) {
  const { t } = useTranslation("ticket");
  const kinds: readonly Kind[] = customer ? PLACES : [...PLACES, ...TECHNICAL];
  const list = draft.about === "device" ? undefined : LISTS[draft.about];
  const { data } = ask.useQuery(
    "get",
    // Every one of these lists is asked for alike.
    (list ?? LISTS.zone) as "/api/v1/zones",
    { params: { query: { limit: MOST } } },
    { enabled: list !== undefined, retry: false },
  );
  const keys = list ? (data?.items ?? []).map((one) => one.key) : [];
  return (
    <Beside>
      <Select
        label={t("new.about")}
        data={kinds.map((value) => ({ value, label: t(`new.kind.${value}`) }))}
        value={draft.about}
        onChange={(about) => change({ about: (about as Kind | null) ?? "zone", key: "" })}
        allowDeselect={false}
      />
      <Autocomplete
        label={t("new.which")}
        description={draft.about === "device" ? t("new.which_device") : undefined}
        data={[...new Set(keys)]}
        limit={50}
        value={draft.key}
        onChange={(key) => change({ key })}
        required
      />
    </Beside>
  );
}

/** What sort of work it is, and how urgent. */
function Sort({ draft, change, customer }: PartProps) {
  const { t } = useTranslation(["ticket", "words"]);
  const life = useLife();
  const chosen = (name: "kind" | "priority" | "category" | "phase") => ({
    value: draft[name],
    onChange: (value: string | null) => value && change({ [name]: value }),
    allowDeselect: false,
  });
  return (
    <>
      <Beside>
        {!customer && (
          <Select
            label={t("new.work")}
            data={WORK.map((value) => ({ value: value ?? "", label: t(`words:ticket.kind.${value}`) }))}
            {...chosen("kind")}
          />
        )}
        <Select
          label={t("field.priority")}
          data={["P1", "P2", "P3", "P4", "P5"].map((value) => ({ value, label: t(`new.priority.${value}`) }))}
          {...chosen("priority")}
        />
      </Beside>
      <Beside>
        <Select label={t("field.category")} data={life.choices("categories")} {...chosen("category")} />
        <Select label={t("field.phase")} data={life.choices("phases")} {...chosen("phase")} />
      </Beside>
    </>
  );
}

function Beside({ children }: { children: ReactNode }) {
  return (
    <Group grow preventGrowOverflow={false} align="flex-start" wrap="wrap">
      {children}
    </Group>
  );
}
