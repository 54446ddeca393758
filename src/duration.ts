/** Gives a time in seconds for people, such as `1.2 s` or `4 min 12 s`. */
export function durationOf(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Gives a time such as `90s` or `10m` in seconds; undefined where it is none. */
export function secondsOf(text: string): number | undefined {
  const match = /^(\d{1,5})(s|m)$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (match?.[2] === 'm' ? 60 : 1);
  return seconds > 0 ? seconds : undefined;
}
