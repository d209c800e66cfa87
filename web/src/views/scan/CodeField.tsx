/** One code: through the camera, from a photo, by a reader that types, or by hand; and what it names. */
import { Button, FileButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Image, ScanLine } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { type ApiProblem, asProblem, silent } from "@/api/problem";
import { hasCamera, reader } from "@/offline/codes";
import { Camera } from "@/views/scan/Camera";

/** Whoever writes a code by hand is left alone so long. */
const WRITING_MS = 300;

interface Props {
  label: string;
  help: string;
  code: string;
  onCode: (code: string) => void;
}

export function CodeField({ label, help, code, onCode }: Props) {
  const { t } = useTranslation("scan");
  const [looking, look] = useState(false);
  const [none, setNone] = useState(false);

  async function fromPhoto(file: File | null) {
    if (!file) return;
    const picture = await createImageBitmap(file).catch(() => undefined);
    const found = picture && (await (await reader())(picture));
    picture?.close();
    setNone(!found);
    if (found) onCode(found);
  }

  return (
    <Stack gap="xs">
      <TextInput
        size="md"
        label={label}
        description={help}
        value={code}
        onChange={(event) => {
          setNone(false);
          onCode(event.currentTarget.value);
        }}
        error={none && t("photo.none")}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={500}
      />
      <Named code={code.trim()} />
      {looking ? (
        <Camera
          onCode={(found) => {
            look(false);
            onCode(found);
          }}
          onClose={() => look(false)}
        />
      ) : (
        <Group gap="xs" grow>
          {hasCamera() && (
            <Button
              variant="default"
              size="md"
              leftSection={<ScanLine aria-hidden size={18} />}
              onClick={() => look(true)}
            >
              {t("camera.open")}
            </Button>
          )}
          <FileButton onChange={(file) => void fromPhoto(file)} accept="image/*" capture="environment">
            {(props) => (
              <Button {...props} variant="default" size="md" leftSection={<Image aria-hidden size={18} />}>
                {t("photo.take")}
              </Button>
            )}
          </FileButton>
        </Group>
      )}
    </Stack>
  );
}

/** What is wrong with the code; undefined if the service could not be asked. */
function sentence(problem: ApiProblem): string | undefined {
  return silent(problem) ? undefined : (problem.errors[0]?.message ?? problem.detail);
}

/** What the code names, as far as it can be asked. */
function Named({ code: written }: { code: string }) {
  const { t } = useTranslation("scan");
  const [code] = useDebouncedValue(written, WRITING_MS);
  const { data, error } = ask.useQuery(
    "get",
    "/api/v1/identify",
    { params: { query: { code } } },
    { enabled: code.length > 2, retry: false },
  );
  if (code.length <= 2) return null;
  if (error) return <Text size="sm">{sentence(asProblem(error)) ?? t("named.later")}</Text>;
  if (!data) return null;
  const found = data.objects[0];
  return (
    <Text size="sm" role="status">
      {found
        ? t(found.place ? "named.at" : "named.is", {
            name: found.name || found.key,
            key: found.key,
            place: found.place,
          })
        : t("named.unknown", { text: data.text || data.canonical })}
    </Text>
  );
}
