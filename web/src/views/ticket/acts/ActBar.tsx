/** What the reader may do to the ticket now: the next act as a button of its own, on a phone a big one at the bottom. */
import { Button, Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TicketFull } from "@/api/schema";
import { PHONE } from "@/parts/phone";
import { useSession } from "@/shell/session";
import { ActDialog, type Opened } from "@/views/ticket/acts/ActDialog";
import { atOnce, ENDS, ordered } from "@/views/ticket/acts/table";
import { type Act, isMine, perform, refresh, useLife, useMeanwhile } from "@/views/ticket/asking";
import style from "@/views/ticket/Ticket.module.css";

export function ActBar({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const life = useLife();
  const meanwhile = useMeanwhile();
  const phone = useMediaQuery(PHONE) ?? false;
  const [opened, open] = useState<Opened>();
  const [busy, setBusy] = useState<Act>();
  const [main, beside, rest] = ordered(ticket, isMine(session, ticket.assignee));
  const menu = phone ? [...beside, ...rest] : rest;

  async function begin(act: Act) {
    if (!atOnce(act, life.needsReason(act, ticket))) return open({ act, base: ticket });
    setBusy(act);
    try {
      await perform(ticket, { act }, meanwhile);
    } catch (problem) {
      await refresh(ticket);
      open({ act, base: ticket, problem });
    } finally {
      setBusy(undefined);
    }
  }

  const button = (act: Act, first: boolean) => (
    <Button
      key={act}
      {...(phone ? { size: "lg", fullWidth: true } : {})}
      {...(first ? {} : { variant: "default" })}
      loading={busy === act}
      disabled={busy !== undefined && busy !== act}
      onClick={() => void begin(act)}
    >
      {t(`do.${act}`)}
    </Button>
  );

  return (
    <>
      {ticket.acts.length > 0 && (
        <section className={style["acts"]} aria-label={t("do.title")}>
          {main && button(main, true)}
          {!phone && beside.map((act) => button(act, false))}
          {menu.length > 0 && (
            <Menu position="top-end" withinPortal shadow="md">
              <Menu.Target>
                <Button variant="default" size={phone ? "lg" : "sm"} px="sm" aria-label={t("do.more")}>
                  <MoreHorizontal aria-hidden size={20} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown mah={420} className={style["menu"] ?? ""}>
                {menu.map((act) => (
                  <Menu.Item
                    key={act}
                    onClick={() => void begin(act)}
                    {...(ENDS.includes(act) ? { color: "red" } : {})}
                  >
                    {t(`do.${act}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </section>
      )}
      {opened && <ActDialog opened={opened} ticket={ticket} onClose={() => open(undefined)} />}
    </>
  );
}
