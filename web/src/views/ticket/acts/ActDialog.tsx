/** Everything that is said along with an act. What others do meanwhile is shown and destroys nothing that was typed. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { TicketFull } from "@/api/schema";
import { PHONE } from "@/parts/phone";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { deedOf, type Filled, lacks, wordsOf } from "@/views/ticket/acts/deed";
import { Fields } from "@/views/ticket/acts/Field";
import { Meanwhile } from "@/views/ticket/acts/Meanwhile";
import { Reason } from "@/views/ticket/acts/Reason";
import { asksOf, ENDS, type FieldName } from "@/views/ticket/acts/table";
import { type Act, perform, refresh, useLife, useMeanwhile } from "@/views/ticket/asking";

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

function fieldsOf(act: Act, ticket: TicketFull, filled: Filled): FieldName[] {
  const hides = (name: FieldName) =>
    (name === "proof" && filled.hold !== "force_majeure") || (name === "tried" && ticket.line === "expert");
  return asksOf(act).fields.filter((name) => !hides(name));
}

export function ActDialog({ opened: { act, base, problem: before }, ticket, onClose }: Props) {
  const { t } = useTranslation("ticket");
  const phone = useMediaQuery(PHONE) ?? false;
  // As it was when the dialog opened: what it asks for does not change under the hands.
  const needsReason = useLife().needsReason(act, base);
  const meanwhile = useMeanwhile();
  const [reason, say] = useState("");
  const [filled, fill] = useState<Filled>(act === "hold" ? { hold: "customer" } : {});
  const { busy, problem, attempt } = useAttempt(ticket, onClose, before);
  const fields = fieldsOf(act, ticket, filled);
  const possible = ticket.acts.includes(act);
  const since = meanwhile(base, ticket);
  const changed = since.length > 0;
  const typed = wordsOf(reason, filled);
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
          void attempt(() => perform(ticket, deedOf(act, reason, filled), meanwhile));
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {t(`what.${act}`)}
          </Text>
          {(changed || !possible) && (
            <Meanwhile since={since} ticket={ticket} possible={possible} act={act} />
          )}
          <Fields names={fields} ticket={ticket} filled={filled} onFill={fill} />
          {(needsReason || asksOf(act).reason === "optional") && (
            <Reason reason={reason} required={needsReason} onReason={say} />
          )}
          <Trouble problem={problem} told={changed} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={busy}>
              {t("do.back")}
            </Button>
            {!possible && typed && (
              <Button
                variant="default"
                loading={busy}
                onClick={() => void attempt(() => keep(ticket, typed))}
              >
                {t("do.keep")}
              </Button>
            )}
            <Button
              type="submit"
              loading={busy}
              disabled={!possible || lacks(needsReason, reason, fields, filled)}
              {...(ENDS.includes(act) ? { color: "red" } : {})}
            >
              {changed ? t("do.all_the_same", { act: t(`do.${act}`) }) : t(`do.${act}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Try to do it: done, the dialog closes; not done, it says why and looks at the ticket again. */
function useAttempt(ticket: TicketFull, onClose: () => void, before: unknown) {
  const [problem, setProblem] = useState<unknown>(before ?? null);
  const [busy, setBusy] = useState(false);
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
  return { busy, problem, attempt };
}

/** What was typed for an act that is no longer possible, as a comment. */
async function keep(ticket: TicketFull, text: string): Promise<void> {
  const path = { number: ticket.number };
  await api.POST("/api/v1/tickets/{number}/comments", { params: { path }, body: { text, public: false } });
  await refresh(ticket);
}

/** That somebody else was faster is told with what they did. */
function Trouble({ problem, told }: { problem: unknown; told: boolean }) {
  if (problem === null || (told && asProblem(problem).code === "changed_meanwhile")) return null;
  return <ErrorNotice problem={problem} />;
}
