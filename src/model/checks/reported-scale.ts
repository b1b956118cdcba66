import type {ReportedAnswer} from './reported-values.ts'

/**
 * An accuracy of 85 held against a floor of 0.8, or against a baseline of 0.9: one of the two is in percent, and the worst
 * model would pass. Asked only of values whose names say that they are shares of 1.
 * @param other what it is held against, in the words of `told`
 */
export function scalesDiffer(
  name: string,
  value: number,
  {other, told}: {readonly other: number; readonly told: string},
): ReportedAnswer | null {
  const differ = (inPercent(value) && isShare(other)) || (isShare(value) && inPercent(other))
  if (!differ || !shareName.test(name)) return null
  return {
    verdict: 'error',
    reason: 'model/reported-scale',
    what: `${name} is ${value}, and ${told} ${other}: one of the two seems to be in percent.`,
    why: 'On another scale than its limit a value keeps it whatever the model does.',
    remedy: 'Write both as shares from 0 to 1, or both in percent.',
  }
}

const shareName =
  /(?:^|[^a-z])(?:acc(?:uracy)?|precision|recall|sensitivity|specificity|f1(?:[-_ ]?score)?|tpr|tnr|ppv|npv|(?:roc[-_ ]?)?auc|auroc|m?iou|dice|jaccard|exact[-_ ]?match)(?:$|[^a-z])/i

function isShare(value: number): boolean {
  return value > 0 && value <= 1
}

/** A share that was rounded up is not far above 1. */
function inPercent(value: number): boolean {
  return value > 1.5 && value <= 100
}
