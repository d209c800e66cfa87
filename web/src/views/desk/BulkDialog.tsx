/** One act on some tickets: what is said along with it, and what became of each of them. */
import { Alert, Anchor, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, onceKey } from "@/api/client";
import type { BulkIn, BulkResultView, TicketView } from "@/api/schema";
import { to } from "@/links";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { deedOf, type Filled, lacks } from "@/views/ticket/acts/deed";
import { Fields } from "@/views/ticket/acts/Field";
import { Reason } from "@/views/ticket/acts/Reason";
import { asksOf, ENDS } from "@/views/ticket/acts/table";
import { type Act, refreshAll, useLife } from "@/views/ticket/asking";

export interface Doing {
  act: Act;
  tickets: TicketView[];
  /** Why it could not be done at one press. */
  problem?: unknown;
}

export function BulkDialog({
  doing,
  onClose,
  onDone,
}: {
  doing: Doing;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation(["desk", "ticket"]);
  const { act, tickets } = doing;
  const [result, finish] = useState<BulkResultView>();
  const one = tickets.length === 1 ? tickets[0] : undefined;
  const title = `${t(`ticket:do.${act}`)} · ${one ? one.number : t("bulk.picked", { count: tickets.length })}`;
  return (
    <Modal opened onClose={onClose} title={title} centered size="lg">
      {result ? (
        <Result result={result} onClose={onClose} />
      ) : (
        <Form
          doing={doing}
          onClose={onClose}
          onResult={(got) => {
            onDone();
            if (got.refused === 0) onClose();
            else finish(got);
          }}
        />
      )}
    </Modal>
  );
}

interface FormProps {
  doing: Doing;
  onClose: () => void;
  onResult: (result: BulkResultView) => void;
}

function Form({ doing: { act, tickets, problem: before }, onClose, onResult }: FormProps) {
  const { t } = useTranslation(["desk", "ticket"]);
  const life = useLife();
  const [reason, say] = useState("");
  const [filled, fill] = useState<Filled>(act === "hold" ? { hold: "customer" } : {});
  const [once] = useState(onceKey);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(before ?? null);
  const needsReason = life.needsReason(act);
  const fields = asksOf(act).fields.filter((name) => name !== "proof" || filled.hold === "force_majeure");
  const missing = lacks(needsReason, reason, fields, filled);

  async function send() {
    setBusy(true);
    setProblem(null);
    try {
      const body = {
        ...deedOf(act, reason, filled),
        numbers: tickets.map((ticket) => ticket.number),
      } as BulkIn;
      const { data } = await api.POST("/api/v1/tickets/bulk", { params: { header: once }, body });
      await refreshAll();
      if (data) onResult(data);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t(`ticket:what.${act}`)}
        </Text>
        <Fields names={fields} filled={filled} onFill={fill} />
        <Reason reason={reason} required={needsReason} onReason={say} />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>
            {t("ticket:do.back")}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={missing}
            {...(ENDS.includes(act) ? { color: "red" } : {})}
          >
            {t(`ticket:do.${act}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Each is done or refused by itself: which were refused, and why. */
function Result({ result, onClose }: { result: BulkResultView; onClose: () => void }) {
  const { t } = useTranslation("desk");
  return (
    <Stack>
      <Alert
        color="yellow"
        title={t("bulk.result", { done: result.done, refused: result.refused })}
        role="status"
      >
        <List size="sm">
          {result.items.map(
            (one) =>
              one.problem && (
                <List.Item key={one.number}>
                  <Anchor component={Link} to={to.ticket(one.number)}>
                    {one.number}
                  </Anchor>
                  : {one.problem.detail || one.problem.title}
                </List.Item>
              ),
          )}
        </List>
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("bulk.understood")}</Button>
      </Group>
    </Stack>
  );
}
