/** Invite people: each gets a link with which a password is chosen, once. */
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { InvitationView } from "@/api/schema";
import { IF_NEW, useActing } from "@/parts/acting";
import { CopyText } from "@/parts/CopyText";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { keyFrom } from "@/views/first-run/keys";
import type { There } from "@/views/first-run/progress";

/** Roles that need nothing but a person, and a keeper, who needs a site. */
const ROLES = ["engineer", "supervisor", "quality", "keeper", "viewer", "integrator", "admin"] as const;
/** What else is known of a person is entered later. */
const PLAIN = {
  email: "",
  head: false,
  lead: false,
  level: 1,
  quiet_from: "",
  quiet_to: "",
  region: "",
  register: "data",
  time_zone: "",
} as const;
type Role = (typeof ROLES)[number];

export function PeopleStep({ there }: { there: There }) {
  const { t } = useTranslation(["first-run", "words"]);
  const { i18n } = useTranslation();
  const format = useFormat();
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [role, chooseRole] = useState<Role>("engineer");
  const [site, chooseSite] = useState<string | null>(null);
  const [invited, setInvited] = useState<InvitationView>();
  const { busy, problem, act } = useActing();
  const taken = there.users.map(({ person }) => person);
  async function invite() {
    const person = keyFrom(name, "person", taken);
    await api.PUT("/api/v1/people/{key}", {
      params: { path: { key: person }, header: IF_NEW },
      body: {
        ...PLAIN,
        name: name.trim(),
        role,
        phone: phone.trim(),
        language: i18n.language === "zh" ? "zh" : "en",
        site: role === "keeper" ? site : null,
      },
    });
    const { data } = await api.POST("/api/v1/users", { body: { person } });
    setInvited(data);
    setName("");
    setPhone("");
  }
  return (
    <Stack>
      {there.users.length > 0 && (
        <ul aria-label={t("people.there")}>
          {there.users.map((user) => (
            <li key={user.person}>
              {t("people.one", {
                name: user.name || user.person,
                role: t(`words:lists.word.role.${user.role}`),
                state: t(`people.state.${user.state}`, user.state),
              })}
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(invite, "/api/v1/users");
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={t("people.name")}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t("people.role")}
            data={ROLES.map((value) => ({ value, label: t(`words:lists.word.role.${value}`) }))}
            value={role}
            onChange={(value) => value && chooseRole(value as Role)}
            allowDeselect={false}
          />
          {role === "keeper" && (
            <Select
              label={t("people.site")}
              required
              data={there.sites.map(({ key, name: called }) => ({ value: key, label: called || key }))}
              value={site}
              onChange={chooseSite}
            />
          )}
          <TextInput
            label={t("people.phone")}
            type="tel"
            value={phone}
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
          <Button type="submit" loading={busy}>
            {t("people.invite")}
          </Button>
        </Group>
      </form>
      {problem !== null && <ErrorNotice problem={problem} />}
      {invited && (
        <div role="status">
          <CopyText
            label={t("people.link", { name: invited.user.name })}
            text={invited.link || `${location.origin}/invitation#${invited.token}`}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {t("people.link_why", { until: format.moment(invited.until), user: invited.user.person })}
          </Text>
        </div>
      )}
    </Stack>
  );
}
