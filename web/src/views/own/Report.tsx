/** Reporting a problem with one's own goods, in one's own words. */
import { Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, onceKey } from "@/api/client";
import { useList } from "@/api/lists";
import type { TicketIn } from "@/api/schema";
import { to } from "@/links";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import style from "@/views/mine/Mine.module.css";

const CATEGORIES = ["quality", "delivery", "technical", "feedback"] as const;
const MOST = 1000;

/** What a report can be about: one's own goods, or oneself. */
function useSubjects() {
  const { t } = useTranslation("own");
  const { customer } = useSession();
  const lots = useList("/api/v1/lots", { limit: MOST });
  const shipments = useList("/api/v1/shipments", { limit: MOST });
  const named = (kind: string, one: { key: string; name: string }) => ({
    value: `${kind}:${one.key}`,
    label: one.name ? `${one.name} (${one.key})` : one.key,
  });
  return [
    { group: t("report.general"), items: [{ value: `customer:${customer}`, label: t("report.other") }] },
    { group: t("goods.title"), items: lots.items.map((one) => named("lot", one)) },
    { group: t("shipments.title"), items: shipments.items.map((one) => named("shipment", one)) },
  ];
}

export default function Report() {
  const { t } = useTranslation(["own", "words"]);
  const { customer } = useSession();
  const [params] = useSearchParams();
  const go = useNavigate();
  const subjects = useSubjects();
  const [once] = useState(onceKey);
  const [subject, setSubject] = useState(params.get("subject") ?? `customer:${customer}`);
  const [category, setCategory] = useState<TicketIn["category"]>("quality");
  const [title, setTitle] = useState("");
  const [description, describe] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function send() {
    setBusy(true);
    setProblem(null);
    try {
      const said = { title: title.trim(), description: description.trim(), subject, category };
      const body = { ...said, kind: "customer", phase: "after_sale", priority: "P3" } as TicketIn;
      const { data } = await api.POST("/api/v1/tickets", { params: { header: once }, body });
      if (data) go(to.ownTicket(data.number));
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  }

  return (
    <>
      <PageHead title={t("report.title")}>{t("report.what")}</PageHead>
      <form
        className={style["narrow"]}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <Select
            label={t("report.subject")}
            data={subjects}
            value={subject}
            onChange={(value) => value && setSubject(value)}
            searchable
            allowDeselect={false}
          />
          <Select
            label={t("report.category")}
            data={CATEGORIES.map((value) => ({ value, label: t(`words:ticket.category.${value}`) }))}
            value={category}
            onChange={(value) => value && setCategory(value as TicketIn["category"])}
            allowDeselect={false}
          />
          <TextInput
            label={t("report.words")}
            required
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Textarea
            label={t("report.more")}
            autosize
            minRows={4}
            maxLength={4000}
            value={description}
            onChange={(event) => describe(event.currentTarget.value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group>
            <Button type="submit" size="md" loading={busy} disabled={!title.trim()}>
              {t("report.send")}
            </Button>
            <Button component={Link} to={to.own()} variant="default" size="md">
              {t("report.back")}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
