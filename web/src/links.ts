/** The addresses of the page's views, in one place. */

const part = encodeURIComponent;

export const to = {
  now: () => "/",
  firstRun: () => "/first-run",
  desk: (filters = "") => `/desk${filters && `?${filters}`}`,
  newTicket: (about = "") => `/desk/new${about && `?subject=${part(about)}`}`,
  ticket: (number: string) => `/desk/${part(number)}`,
  mine: (number = "") => (number ? `/mine/${part(number)}` : "/mine"),
  waiting: () => "/mine/waiting",
  own: () => "/own",
  ownTicket: (number: string) => `/own/tickets/${part(number)}`,
  ownReport: (subject = "") => (subject ? `/own/report?subject=${part(subject)}` : "/own/report"),
  site: (key: string) => `/places/sites/${part(key)}`,
  zone: (key: string) => `/places/zones/${part(key)}`,
  lot: (key: string) => `/places/lots/${part(key)}`,
  shipment: (key: string) => `/places/shipments/${part(key)}`,
  shipments: () => "/places/shipments",
  lots: () => "/places/lots",
  /** `kind`: zone, shipment or lot. */
  report: (kind: string, key: string) => `/report/${kind}/${part(key)}`,
  alarm: (id: string) => `/alarms/${part(id)}`,
  alarms: (filters = "") => `/alarms${filters && `?${filters}`}`,
  maintenance: () => "/alarms/maintenance",
  alarmQuality: () => "/alarms/quality",
  devices: (filters = "") => `/sensors/devices${filters && `?${filters}`}`,
  gateways: () => "/sensors/gateways",
  deadLetters: (filters = "") => `/sensors/dead-letters${filters && `?${filters}`}`,
  deadLetter: (id: number) => `/sensors/dead-letters/${id}`,
  device: (key: string) => `/sensors/devices/${part(key)}`,
  gateway: (key: string) => `/sensors/gateways/${part(key)}`,
  profile: (key: string) => `/rules/${part(key)}`,
  setup: (tool = "") => `/setup${tool && `/${tool}`}`,
  account: () => "/setup/account",
  list: (list: string) => `/setup/lists/${part(list)}`,
  listed: (list: string, key: string) => `/setup/lists/${part(list)}/${part(key)}`,
};
