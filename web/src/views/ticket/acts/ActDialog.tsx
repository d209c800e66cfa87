/** Everything that is said along with an act. What others do meanwhile is shown and destroys nothing that was typed. */
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { TicketFull } from "@/api/schema";
import { PHONE } from "@/parts/phone";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { deedOf, type Filled, requires } from "@/views/ticket/acts/deed";
import { Field } from "@/views/ticket/acts/Field";
import { Meanwhile } from "@/views/ticket/acts/Meanwhile";
import { asksOf, ENDS, type FieldName } from "@/views/ticket/acts/table";
import { type Act, perform, refresh, useLife } from "@/views/ticket/asking";

export interface Opened {
  act: Act;
  /** The ticket as it was when the dialog opened. */
  base: TicketFull;
  problem?: unknown;
}

interface Props {
  opened: Opened;
  /** The ticket as it is now. */
  ticket: TicketFull;
  onClose: () => void;
}

const WORDS: FieldName[] = ["done", "found", "tried", "plan", "steps", "text", "proof"];

function fieldsOf(act: Act, ticket: TicketFull, filled: Filled): FieldName[] {
  const hides = (name: FieldName) =>
    (name === "proof" && filled.hold !== "force_majeure") || (name === "tried" && ticket.line === "expert");
  return asksOf(act).fields.filter((name) => !hides(name));
}

export function ActDialog({ opened: { act, base, problem: before }, ticket, onClose }: Props) {
  const { t } = useTranslation("ticket");
  const life = useLife();
  const phone = useMediaQuery(PHONE) ?? false;
  const [reason, say] = useState("");
  const [filled, fill] = useState<Filled>(act === "hold" ? { hold: "customer" } : {});
  const [problem, setProblem] = useState<unknown>(before ?? null);
  const [busy, setBusy] = useState(false);
  const fields = fieldsOf(act, ticket, filled);
  // As it was when the dialog opened: what it asks for does not change under the hands.
  const needsReason = life.needsReason(act, base);
  const possible = ticket.acts.includes(act);
  const missing =
    (needsReason && !reason.trim()) || fields.some((name) => requires(name) && !filled[name]?.trim());
  const typed = [reason, ...WORDS.map((name) => filled[name] ?? "")]
    .filter((words) => words.trim())
    .join("\n");

  async function attempt(doing: () => Promise<unknown>) {
    setBusy(true);
    setProblem(null);
    try {
      await doing();
      onClose();
    } catch (thrown) {
      setProblem(thrown);
      await refresh(ticket);
    } finally {
      setBusy(false);
    }
  }
  const keep = async () => {
    const path = { number: ticket.number };
    await api.POST("/api/v1/tickets/{number}/comments", {
      params: { path },
      body: { text: typed, public: false },
    });
    await refresh(ticket);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={`${t(`do.${act}`)} · ${ticket.number}`}
      fullScreen={phone}
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => perform(ticket, deedOf(act, reason, filled)));
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t(`what.${act}`)}
          </Text>
          <Meanwhile base={base} ticket={ticket} possible={possible} act={act} />
          {fields.map((name) => (
            <Field
              key={name}
              name={name}
              ticket={ticket}
              value={filled[name] ?? ""}
              required={requires(name)}
              onValue={(value) => fill((old) => ({ ...old, [name]: value }))}
            />
          ))}
          {(needsReason || asksOf(act).reason === "optional") && (
            <Textarea
              label={t("field.reason")}
              description={t("field.reason_help")}
              required={needsReason}
              value={reason}
              onChange={(event) => say(event.currentTarget.value)}
              autosize
              minRows={2}
              maxLength={2000}
              {...(fields.length === 0 ? { "data-autofocus": true } : {})}
            />
          )}
          {problem !== null && asProblem(problem).code !== "changed_meanwhile" && (
            <ErrorNotice problem={problem} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={busy}>
              {t("do.back")}
            </Button>
            {!possible && typed && (
              <Button variant="default" loading={busy} onClick={() => void attempt(keep)}>
                {t("do.keep")}
              </Button>
            )}
            <Button
              type="submit"
              loading={busy}
              disabled={missing || !possible}
              {...(ENDS.includes(act) ? { color: "red" } : {})}
            >
              {ticket.version === base.version
                ? t(`do.${act}`)
                : t("do.all_the_same", { act: t(`do.${act}`) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
