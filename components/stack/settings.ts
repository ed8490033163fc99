// The settings of the stack's config. Pulumi.yaml follows from this table.
import { emailRule, switchRule, topicArnRule, wholeNumber } from "../arguments/rules";
import { absent, plain } from "../arguments/setting";
import { catalogSettings, extractorSettings, transformerSettings } from "../arguments/settings";

/** The settings of the stack: those of the components that the program passes on, and its own. */
export const stackSettings = {
  playlists: extractorSettings.playlists,
  schedule: extractorSettings.schedule,
  timezone: extractorSettings.timezone,
  market: extractorSettings.market,
  catalog: catalogSettings.catalog,
  crawlSchedule: catalogSettings.crawlSchedule,
  compactSchedule: catalogSettings.compactSchedule,
  digestEmail: catalogSettings.digestEmail,
  digestTopicArn: catalogSettings.digestTopicArn,
  digestSchedule: catalogSettings.digestSchedule,
  rawBucket: extractorSettings.rawBucket,
  lakeBucket: transformerSettings.lakeBucket,
  retainData: extractorSettings.retainData,
  forceDestroy: extractorSettings.forceDestroy,
  /**
   * Records each read and write of an object in the raw and the lake bucket, by CloudTrail. Switching it off ends the
   * recording; the records stay, unless `forceDestroy` is on.
   * @default false
   */
  auditTrail: plain(switchRule, false),
  alarms: extractorSettings.alarms,
  /**
   * The ARN of an existing SNS topic for alarms.
   * @default none, or a topic for `alarmEmail`
   */
  alarmTopicArn: absent(topicArnRule),
  /**
   * An e-mail address for alarms, through a topic of this stack. AWS first asks the address to confirm.
   * @default none
   */
  alarmEmail: absent(emailRule),
  /**
   * A monthly budget for the whole account, in whole US dollars. `alarmEmail` gets a mail at 80 % of it, and when the month is
   * forecast to exceed it.
   * @default no budget
   */
  monthlyBudget: absent(wholeNumber(1, 1_000_000, 5)),
  spotifyClientId: extractorSettings.spotifyClientId,
  spotifyClientSecret: extractorSettings.spotifyClientSecret,
};
