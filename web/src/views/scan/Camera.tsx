/** Looks through the camera until it reads a code. */
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { reader } from "@/offline/codes";
import { insideOf } from "@/parts/inApp";
import style from "@/views/mine/Mine.module.css";

const BETWEEN_MS = 250;

interface Props {
  onCode: (code: string) => void;
  onClose: () => void;
}

export function Camera({ onCode, onClose }: Props) {
  const { t } = useTranslation("scan");
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one look through the camera, until it is closed
  useEffect(() => {
    let gone = false;
    let stream: MediaStream | undefined;
    async function look() {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const read = await reader();
      const shown = video.current;
      if (!shown || gone) return;
      shown.srcObject = stream;
      await shown.play();
      while (!gone) {
        const code = await read(shown);
        if (code && !gone) return onCode(code);
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      }
    }
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    look()
      .catch(() => !gone && setRefused(true))
      .finally(stop);
    return () => {
      gone = true;
      stop();
    };
  }, []);
  return (
    <Stack gap="xs">
      {refused ? (
        <Alert color="yellow" title={t("camera.refused")} role="alert">
          {t(insideOf ? "camera.refused_in_app" : "camera.refused_what")}
        </Alert>
      ) : (
        <>
          <video ref={video} className={style["camera"]} muted playsInline aria-label={t("camera.look")} />
          <Text size="sm">{t("camera.hold")}</Text>
        </>
      )}
      <Button variant="default" size="md" onClick={onClose}>
        {t("camera.close")}
      </Button>
    </Stack>
  );
}
