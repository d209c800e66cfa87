export default function FirstRun() {
  return null;
}
