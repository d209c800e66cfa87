/** How a gateway gets in: its credential, made and shown once, and revoked. */
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import { queries } from "@/api/queries";
import type { CredentialView, IssuedCredentialView } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { CopyText } from "@/parts/CopyText";
import { Facts } from "@/parts/Facts";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";

type Act = "issue" | "revoke";

interface Props {
  gateway: string;
  /** Whether it was ever given one; undefined while nobody knows. */
  given: boolean | undefined;
}

export function Credential({ gateway, given }: Props) {
  const { t } = useTranslation("gateways");
  const [asking, ask_] = useState<Act>();
  const [issued, setIssued] = useState<IssuedCredentialView>();
  const params = { path: { key: gateway } };
  const found = ask.useQuery(
    "get",
    "/api/v1/gateways/{key}/credential",
    { params },
    { enabled: given === true },
  );
  const credential = given ? found.data : undefined;

  const changed = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) => String(path).startsWith("/api/v1/gateways"),
    });
  async function act(reason: string) {
    const asked = { params: { ...params, query: { reason } } };
    if (asking === "revoke") await api.DELETE("/api/v1/gateways/{key}/credential", asked);
    else setIssued((await api.POST("/api/v1/gateways/{key}/credential", asked)).data);
    void changed();
  }

  const inForce = credential !== undefined && credential.revoked === null;
  return (
    <Section
      title={t("access.title")}
      hint={t("access.about")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<KeyRound aria-hidden size={16} />}
            onClick={() => ask_("issue")}
          >
            {inForce ? t("access.renew") : t("access.issue")}
          </Button>
          {inForce && (
            <Button variant="default" onClick={() => ask_("revoke")}>
              {t("access.revoke")}
            </Button>
          )}
        </>
      }
    >
      {given !== false && found.isPending && <Loading rows={1} />}
      {given === false && <Text size="sm">{t("access.none")}</Text>}
      {found.error && <ErrorNotice problem={found.error} again={() => void found.refetch()} />}
      {credential && <Access credential={credential} />}
      <Asking asking={asking} gateway={gateway} renews={inForce} act={act} onClose={() => ask_(undefined)} />
      <Issued issued={issued} onClose={() => setIssued(undefined)} />
    </Section>
  );
}

interface AskingProps {
  asking: Act | undefined;
  gateway: string;
  /** There is a secret, which a new one puts out. */
  renews: boolean;
  act: (reason: string) => Promise<void>;
  onClose: () => void;
}

function Asking({ asking, gateway, renews, act, onClose }: AskingProps) {
  const { t } = useTranslation("gateways");
  const what = asking === "revoke" ? "revoke" : renews ? "renew" : "issue";
  return (
    <ConfirmWithReason
      opened={asking !== undefined}
      title={t(what === "revoke" ? "access.revoke_title" : "access.issue_title", { gateway })}
      act={t(`access.${what}`)}
      danger={what === "revoke"}
      reason="optional"
      onConfirm={act}
      onClose={onClose}
    >
      {t(`access.${what}_what`)}
    </ConfirmWithReason>
  );
}

function Access({ credential }: { credential: CredentialView }) {
  const { t } = useTranslation("gateways");
  return (
    <Facts
      facts={[
        [t("access.broker"), credential.broker.address],
        [t("access.user"), credential.gateway],
        [t("access.topic"), credential.publish.join(", ")],
        [t("access.issued"), <TimeText key="at" at={credential.issued} show="both" />],
        [t("access.issued_by"), credential.issued_by.replace(/^person:/, "")],
        [t("access.revoked"), credential.revoked && <TimeText at={credential.revoked} show="both" />],
      ]}
    />
  );
}

/** The secret, this once. It closes only by its button: whoever clicks beside it would have lost the secret. */
function Issued({ issued, onClose }: { issued: IssuedCredentialView | undefined; onClose: () => void }) {
  const { t } = useTranslation("gateways");
  return (
    <Modal
      opened={issued !== undefined}
      onClose={onClose}
      title={t("access.issued_title")}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      centered
      size="lg"
    >
      {issued && (
        <Stack>
          <Alert color="yellow" title={t("access.once")}>
            {t("access.once_why")}
          </Alert>
          <CopyText label={t("access.secret")} text={issued.secret} />
          <CopyText label={t("access.user")} text={issued.gateway} />
          <CopyText label={t("access.broker")} text={issued.broker.address} />
          <CopyText label={t("access.topic")} text={issued.publish[0] ?? ""} />
          <CopyText label={t("access.try")} text={issued.try_it} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("access.kept")}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
