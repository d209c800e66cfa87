/** A photo as a camera makes it, as a JPEG that a mobile network can carry. */

const LONGEST_PX = 2_000;
const QUALITY = 0.82;
const KIND = "image/jpeg";

/** Scale it down and write it anew, upright and without where it was taken. Throws what the browser throws for what is no picture. */
export async function scaledDown(file: Blob): Promise<{ bytes: ArrayBuffer; type: string }> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const written = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, KIND, QUALITY));
    if (!written) throw new TypeError("the browser wrote no picture");
    return { bytes: await written.arrayBuffer(), type: KIND };
  } finally {
    picture.close();
  }
}
