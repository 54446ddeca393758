/** Gives a time such as `90s` or `10m` in seconds; undefined where it is none. */
export function secondsOf(text: string): number | undefined {
  const match = /^(\d{1,5})(s|m)$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (match?.[2] === 'm' ? 60 : 1);
  return seconds > 0 ? seconds : undefined;
}
