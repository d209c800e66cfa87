/** What a profile is called, and for what; a new one begins without limits. */
import { SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { Profile, ProfileIn } from "@/api/schema";
import { FormDialog } from "@/parts/FormDialog";
import { useNoteOf } from "@/views/rules/note";

const KEY = "[a-z0-9][a-z0-9_\\-]{0,63}";
const NEW = { "if-none-match": "*" };
const NAMES = ["name", "name_zh", "form", "note"] as const;
const NUMBERS = ["external_system", "external_number"] as const;

interface Props {
  /** null: a new one. */
  profile: Profile | null;
  onSaved: (key: string) => void;
  onClose: () => void;
}

export function ProfileForm({ profile, onSaved, onClose }: Props) {
  const { t } = useTranslation("rules");
  const [key, setKey] = useState(profile?.key ?? "");
  const [said, say] = useState<Partial<ProfileIn>>({});
  const [reason, because] = useState("");
  const named = key.trim();
  const shown = { ...profile, note: useNoteOf(profile) };

  async function send() {
    const { id: _id, key: _key, version: _version, ...kept } = profile ?? BLANK;
    await api.PUT("/api/v1/profiles/{key}", {
      params: {
        path: { key: named },
        query: { reason: reason.trim() },
        header: profile ? ifMatch(profile.version) : NEW,
      },
      body: { ...kept, ...said },
    });
    void queries.invalidateQueries({ queryKey: ["list", "/api/v1/profiles"] });
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/profiles/{key}"] });
    void queries.invalidateQueries({ queryKey: ["list", "/api/v1/events"] });
    onSaved(named);
  }

  return (
    <FormDialog
      title={t(profile ? "about.title" : "about.new")}
      act={t(profile ? "about.save" : "about.make")}
      size="lg"
      ready={named !== "" && (profile === null || Object.keys(said).length > 0)}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {!profile && (
            <TextInput
              label={t("about.key")}
              description={t("about.key_help")}
              required
              pattern={KEY}
              value={key}
              error={faults["key"]}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoCapitalize="none"
              data-autofocus
            />
          )}
          {[...NAMES, ...NUMBERS].map((name) => (
            <TextInput
              key={name}
              label={t(`about.${name}`)}
              maxLength={500}
              value={said[name] ?? shown[name] ?? ""}
              error={faults[name]}
              onChange={({ currentTarget: { value } }) =>
                say((before) => ({
                  ...before,
                  [name]: value || (NUMBERS.includes(name as never) ? null : ""),
                }))
              }
            />
          ))}
          <TextInput
            label={t("save.reason")}
            value={reason}
            maxLength={500}
            onChange={(event) => because(event.currentTarget.value)}
          />
        </SimpleGrid>
      )}
    </FormDialog>
  );
}

const BLANK: Profile = {
  id: "",
  key: "",
  version: 0,
  name: "",
  name_zh: "",
  form: "",
  note: "",
  external_system: null,
  external_number: null,
  versions: [],
};
