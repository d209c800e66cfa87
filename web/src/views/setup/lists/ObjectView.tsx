/** One object of a list: a form to make, change or remove it. Changed by somebody else meanwhile, it shows what they said. */
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { PageHead } from "@/parts/PageHead";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { NotFound } from "@/shell/NotFound";
import { useSession } from "@/shell/session";
import { remove, useKept } from "@/views/setup/lists/kept";
import { useNames } from "@/views/setup/lists/names";
import { ObjectForm } from "@/views/setup/lists/ObjectForm";
import type { Kept } from "@/views/setup/lists/values";
import { type Shape, shapeOf } from "@/views/setup/shapes";

/** The address of a form for something new; no key begins with a sign. */
export const NEW = "+";

export default function ObjectView() {
  const { list = "", key = "" } = useParams();
  const { may } = useSession();
  const shape = shapeOf(list);
  if (!shape || !may(shape.read)) return <NotFound />;
  return key === NEW ? <Making shape={shape} /> : <Changing shape={shape} objectKey={key} />;
}

function Making({ shape }: { shape: Shape }) {
  const { t } = useTranslation("setup");
  const names = useNames();
  const go = useNavigate();
  const [given] = useSearchParams();
  return (
    <>
      <PageHead title={t("new_in", { list: names.list(shape.list) })} />
      <ObjectForm
        shape={shape}
        kept={null}
        given={Object.fromEntries(given)}
        onSaved={(key) => void go(to.listed(shape.list, key), { replace: true })}
      />
    </>
  );
}

function Changing({ shape, objectKey }: { shape: Shape; objectKey: string }) {
  const { data, error, refetch } = useKept(shape, objectKey);
  if (data) return <Known shape={shape} kept={data} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Known({ shape, kept }: { shape: Shape; kept: Kept }) {
  const { t } = useTranslation("setup");
  const names = useNames();
  const go = useNavigate();
  const { may } = useSession();
  const [removing, askRemove] = useState(false);
  return (
    <>
      <PageHead
        title={String(kept["name"] || kept.key)}
        actions={
          may(shape.write) && (
            <Button
              variant="default"
              leftSection={<Trash2 aria-hidden size={16} />}
              onClick={() => askRemove(true)}
            >
              {t("remove")}
            </Button>
          )
        }
      >
        <Group gap="md">
          <span>{names.list(shape.list)}</span>
          <span>{kept.key}</span>
          <span>{t("version", { version: kept.version })}</span>
        </Group>
      </PageHead>
      <ObjectForm
        shape={shape}
        kept={kept}
        given={{}}
        onSaved={() => notifications.show({ message: t("saved"), color: "green" })}
      />
      <ConfirmWithReason
        opened={removing}
        title={t("remove_title", { name: String(kept["name"] || kept.key) })}
        act={t("remove")}
        danger
        reason="optional"
        onConfirm={(reason) => remove(shape, kept, reason)}
        onClose={() => {
          askRemove(false);
        }}
        onDone={() => void go(to.list(shape.list))}
      >
        {t("remove_what")}
      </ConfirmWithReason>
    </>
  );
}
