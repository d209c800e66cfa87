/** Which program a page is open in. */
import { expect, test } from "vitest";
import { programOf } from "@/parts/inApp";

const WECHAT =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47.2560 NetType/WIFI Language/zh_CN";

test.each([
  [WECHAT, "wechat"],
  [WECHAT.replace("MicroMessenger", "wxwork/4.1.22 MicroMessenger"), "wecom"],
  ["Mozilla/5.0 (iPhone) AppleWebKit/605 MicroMessenger/8.0 wxwork/4.1 MailPlugin_Electron", "wecom"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1",
    undefined,
  ],
])("%s", (userAgent, program) => {
  expect(programOf(userAgent)).toBe(program);
});
