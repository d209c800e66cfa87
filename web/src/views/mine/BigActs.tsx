/** What is done on the way, with buttons for a thumb: accept, arrived, start, resolve, decline. */
import { Button, Modal, Stack, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MoveIn, TicketFull } from "@/api/schema";
import { seenOf } from "@/offline/sending";
import { useDo, useWaiting } from "@/offline/useOutbox";
import { PHONE } from "@/parts/phone";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { isMine } from "@/views/ticket/asking";

const ACTS = ["accept", "arrive", "start", "resolve", "decline"] as const;
type Act = (typeof ACTS)[number];
/** What is said along with an act. */
const SAYS: Partial<Record<Act, ("found" | "done" | "reason")[]>> = {
  resolve: ["found", "done"],
  decline: ["reason"],
};
const DONE_BY: Partial<Record<Act, string>> = { arrive: "arrived" };

/** Acts that can be done now and have not been done yet, here or before. */
function open(ticket: TicketFull, waiting: Set<string>, mine: boolean): Act[] {
  const done = new Set(ticket.history.map(({ act }) => act));
  const taken = mine && ticket.taken_up;
  return ACTS.filter((act) => {
    if (!ticket.acts.includes(act) || waiting.has(act)) return false;
    if (waiting.has("resolve") || waiting.has("decline")) return false;
    if (act === "accept") return !taken;
    return !(act === "arrive" && done.has(DONE_BY[act] ?? ""));
  });
}

export function BigActs({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation(["ticket", "mine"]);
  const session = useSession();
  const waiting = useWaiting(`ticket:${ticket.number}`);
  const act = useDo();
  const [asking, ask] = useState<Act>();
  const [problem, setProblem] = useState<unknown>(null);
  const waits = new Set(waiting.flatMap(({ deed }) => (deed.kind === "move" ? [deed.body.act] : [])));
  const acts = session.may("tickets.move") ? open(ticket, waits, isMine(session, ticket.assignee)) : [];

  async function perform(name: Act, said: Partial<MoveIn>) {
    try {
      setProblem(null);
      await act({ kind: "move", number: ticket.number, body: { act: name, ...said } }, seenOf(ticket));
      ask(undefined);
    } catch (thrown) {
      setProblem(thrown);
    }
  }

  if (acts.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={t("do.title")}>
      {acts.map((name, i) => (
        <Button
          key={name}
          size="lg"
          fullWidth
          {...(i > 0 ? { variant: "default" } : {})}
          onClick={() => (SAYS[name] ? ask(name) : void perform(name, {}))}
        >
          {t(`do.${name}`)}
        </Button>
      ))}
      {problem !== null && !asking && <ErrorNotice problem={problem} />}
      {asking && (
        <Asked
          act={asking}
          problem={problem}
          onDo={(said) => perform(asking, said)}
          onClose={() => ask(undefined)}
        />
      )}
    </Stack>
  );
}

interface AskedProps {
  act: Act;
  problem: unknown;
  onDo: (said: Partial<MoveIn>) => Promise<void>;
  onClose: () => void;
}

function Asked({ act, problem, onDo, onClose }: AskedProps) {
  const { t } = useTranslation("ticket");
  const phone = useMediaQuery(PHONE) ?? false;
  const [said, say] = useState<Record<string, string>>({});
  const fields = SAYS[act] ?? [];
  const lacks = fields.includes("reason") && !said["reason"]?.trim();
  const labels = { found: t("field.found"), done: t("field.done"), reason: t("field.reason") };
  return (
    <Modal opened onClose={onClose} title={t(`do.${act}`)} fullScreen={phone}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onDo(Object.fromEntries(Object.entries(said).filter(([, words]) => words.trim())));
        }}
      >
        <Stack>
          {fields.map((name) => (
            <Textarea
              key={name}
              label={labels[name]}
              value={said[name] ?? ""}
              required={name === "reason"}
              onChange={({ currentTarget: { value } }) => say((old) => ({ ...old, [name]: value }))}
              autosize
              minRows={2}
              maxLength={2000}
            />
          ))}
          {problem !== null && <ErrorNotice problem={problem} />}
          <Button type="submit" size="lg" disabled={lacks}>
            {t(`do.${act}`)}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
