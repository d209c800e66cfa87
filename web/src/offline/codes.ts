/** Reading bar and QR codes from pictures: by the browser where it can, else by a library that is fetched when it is needed. */

type Picture = ImageBitmap | HTMLVideoElement;
interface Detector {
  detect(picture: Picture): Promise<{ rawValue: string }[]>;
}
interface DetectorKind {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}
/** What stands on goods, devices and places. */
const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13", "itf"];
const NEEDED = "qr_code";
const LONGEST_PX = 1_200;

export type Read = (picture: Picture) => Promise<string | undefined>;

async function byBrowser(): Promise<Read | undefined> {
  const Kind = (globalThis as { BarcodeDetector?: DetectorKind }).BarcodeDetector;
  const known = await Kind?.getSupportedFormats().catch((): string[] => []);
  if (!Kind || !known?.includes(NEEDED)) return undefined;
  const detector = new Kind({ formats: FORMATS.filter((name) => known.includes(name)) });
  return async (picture) => (await detector.detect(picture))[0]?.rawValue;
}

function sizeOf(picture: Picture): [number, number] {
  return "videoWidth" in picture
    ? [picture.videoWidth, picture.videoHeight]
    : [picture.width, picture.height];
}

/** Shades of grey of a picture, in a size that is read quickly. */
function greys(picture: Picture): { shades: Uint8ClampedArray; width: number; height: number } | undefined {
  const [w, h] = sizeOf(picture);
  const scale = Math.min(1, LONGEST_PX / Math.max(w, h, 1));
  const [width, height] = [Math.round(w * scale), Math.round(h * scale)];
  if (width === 0 || height === 0) return undefined;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const shades = new Uint8ClampedArray(width * height);
  for (let i = 0; i < shades.length; i++) {
    const at = i * 4;
    shades[i] = ((data[at] ?? 0) * 2 + (data[at + 1] ?? 0) * 5 + (data[at + 2] ?? 0)) / 8;
  }
  return { shades, width, height };
}

async function byLibrary(): Promise<Read> {
  const zxing = await import("@zxing/library");
  const { QR_CODE, DATA_MATRIX, CODE_128, EAN_13, ITF } = zxing.BarcodeFormat;
  const hints = new Map<number, unknown>([
    [zxing.DecodeHintType.POSSIBLE_FORMATS, [QR_CODE, DATA_MATRIX, CODE_128, EAN_13, ITF]],
    [zxing.DecodeHintType.TRY_HARDER, true],
  ]);
  const reader = new zxing.MultiFormatReader();
  return async (picture) => {
    const found = greys(picture);
    if (!found) return undefined;
    const source = new zxing.RGBLuminanceSource(found.shades, found.width, found.height);
    try {
      return reader
        .decode(new zxing.BinaryBitmap(new zxing.HybridBinarizer(source)), hints as never)
        .getText();
    } catch {
      // There is no code in the picture, or it is blurred: the next one may be better.
      return undefined;
    }
  };
}

let reading: Promise<Read> | undefined;

/** What reads codes on this device; made once. */
export function reader(): Promise<Read> {
  reading ??= byBrowser().then((read) => read ?? byLibrary());
  return reading;
}

/** Whether a picture can be taken while looking through the camera; WebViews often allow files alone. */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}
