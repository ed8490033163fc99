/** How long a user's consent is still valid. */
export interface Consent {
  consentedAt: string;
  endsAt: string;
  /** Whole days left; 0 from the last day on. */
  daysLeft: number;
  /** From month 5 on: time to log in again. */
  isEnding: boolean;
}

const consentMonths = 6;
const warnMonths = 5;
const dayMs = 86_400_000;

/** A refresh token ends six months after the user's consent, however often it was refreshed. */
export function readConsent(consentedAt: string | undefined, nowMs: number): Consent | undefined {
  const consentedMs = Date.parse(consentedAt ?? "");
  if (consentedAt == null || Number.isNaN(consentedMs)) return undefined;
  const endsMs = addMonths(consentedMs, consentMonths);
  return {
    consentedAt,
    endsAt: new Date(endsMs).toISOString(),
    daysLeft: Math.max(0, Math.floor((endsMs - nowMs) / dayMs)),
    isEnding: nowMs >= addMonths(consentedMs, warnMonths),
  };
}

/** The same day of a later month, or that month's last day if it is shorter. */
function addMonths(instantMs: number, months: number): number {
  const instant = new Date(instantMs);
  const day = instant.getUTCDate();
  instant.setUTCDate(1);
  instant.setUTCMonth(instant.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 0)).getUTCDate();
  instant.setUTCDate(Math.min(day, lastDay));
  return instant.getTime();
}
