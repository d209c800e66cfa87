/** Nothing is at this address, or it is not for the reader: the page cannot know which, and does not tell. */
import { Button } from "@mantine/core";
import { MapPinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";

export function NotFound() {
  const { t } = useTranslation("shell");
  const back = (
    <Button component={Link} to="/">
      {t("not_found.back")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("not_found.title")} />
      <Empty title={t("not_found.what")} icon={MapPinOff} action={back}>
        {t("not_found.detail")}
      </Empty>
    </>
  );
}
