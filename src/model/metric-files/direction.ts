/**
 * Which way is better, by a metric's name. What tools put around a name does not matter: it is cut into words
 * (`eval_loss`, `test.f1`, `metrics/mAP50(B)`, `http_req_duration.p(95)`), and every word that tells a direction is
 * heard. Where none does, or two tell different directions, the answer is "unknown": a guess would turn a gate around.
 */
import {isMetricName, metricEntry} from '../../core/metric-catalog.ts'

export type Direction = 'more' | 'less'

export function directionOf(name: string): Direction | undefined {
  const words = wordsOf(name)
  const ours = words.join('-')
  if (isMetricName(ours) && ours !== 'value') {
    const {better} = metricEntry(ours)
    return better === 'neither' ? undefined : better
  }
  const heard = new Set<Direction | 'neither'>()
  let rest = words.join(' ')
  for (const {pattern, better} of phrases) {
    rest = rest.replace(pattern, () => {
      heard.add(better)
      return ' '
    })
  }
  for (const word of rest.split(' ')) {
    if (moreWord.test(word)) heard.add('more')
    if (lessWord.test(word)) heard.add('less')
  }
  const [only, other] = heard
  if (only === undefined || other !== undefined || only === 'neither') return undefined
  // scikit-learn's scorers turn the sign of a loss, so that more is better: neg_log_loss.
  return words.includes('neg') ? opposite(only) : only
}

export function opposite(direction: Direction): Direction {
  return direction === 'more' ? 'less' : 'more'
}

/** `metrics/mAP50-95(B)` is [metrics, map50, 95, b]; `valLoss` is [val, loss]; `p(95)` is [p95]. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/\bp\((\d+(?:\.\d+)?)\)/g, 'p$1')
    .replace(/([a-z0-9])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/²/g, '2')
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

/** Several words that mean something together; they are heard first, and their words are not heard again. */
const phrases: readonly {readonly pattern: RegExp; readonly better: Direction | 'neither'}[] = [
  // A signed mean: the best value is 0. The same of a correlation or difference of features says nothing of quality.
  {pattern: /^(?:\w+ )?mean (?:signed )?error$/g, better: 'neither'},
  {pattern: /\b(?:sample|batch|dataset|data|test|train|eval|vocab|step|bin) size\b/g, better: 'neither'},
  {pattern: /\bfalse (?:positives?|negatives?|discovery|omission|alarms?)(?: rate)?\b/g, better: 'less'},
  {pattern: /\btrue (?:positives?|negatives?)(?: rate)?\b/g, better: 'more'},
  {pattern: /\b(?:positive|negative) predictive value\b/g, better: 'more'},
  {pattern: /\b(?:exact|quasi exact|prefix exact) match\b/g, better: 'more'},
  {pattern: /\b(?:win|hit|success) rate\b/g, better: 'more'},
  {pattern: /\b(?:pass|hits?|recall|precision|success) (?:at )?(?:\d+|k)\b/g, better: 'more'},
  {pattern: /\b(?:parity|odds|opportunity|impact|calibration|rate|loss|accuracy) differences?\b/g, better: 'less'},
  {pattern: /\b(?:parity|equalized odds|opportunity) ratio\b/g, better: 'more'},
  {pattern: /\bexplained variance\b/g, better: 'more'},
  {pattern: /\br (?:2|squared)\b/g, better: 'more'},
  {pattern: /\barea under\b/g, better: 'more'},
  {pattern: /\b(?:negative log likelihood|cross entropy|bits per (?:byte|char|character|token))\b/g, better: 'less'},
  {pattern: /\blog likelihood\b/g, better: 'more'},
  {pattern: /\b(?:seconds?|secs?|s|ms|us|ns|time) per\b/g, better: 'less'},
  {pattern: /\bper (?:seconds?|secs?|s|minutes?|min|hours?)\b/g, better: 'more'},
]

const moreWord = new RegExp(
  `^(?:${[
    'acc(?:uracy|uracies)?',
    'f(?:1|2|05|beta)(?:score)?',
    'precision|recall|sensitivity|specificity|tpr|tnr|ppv|npv',
    'auc[a-z]*|[a-z]*auc|auroc[a-z]*|[a-z]*auroc|auprc?',
    'ap\\d*|map\\d*|ndcg\\d*|mrr\\d*',
    'r2(?:score)?',
    'bleu\\d*|sacrebleu|rouge[a-z0-9]*|meteor|chrf|bertscore|comet|em',
    'iou|miou|jaccard|dice|psnr|ssim',
    'mcc|matthews|kappa|pearsonr?|spearmanr?|kendalltau',
    'winrate|throughput|goodput|tps|rps|qps|fps|fitness',
    'success(?:es|ful)?|succeeded|passed',
  ].join('|')})$`,
)

const lessWord = new RegExp(
  `^(?:${[
    '[a-z]*loss(?:es)?|[a-z]*errors?',
    '[a-z]*mse|r?msle|[a-z]*mae|[a-z]*mape|mdape|wape|mase|[a-z]*rmse|medae',
    '[a-z]*pinball[a-z]*|brier|ece|mce|nll|perplexity|ppl|bpb',
    'wer|cer|mer|ter|fid|kid|lpips',
    '[a-z]*latency|[a-z]*latencies|ttft|itl|tpot|tbt|duration|runtime|p\\d{2,4}',
    'memory|vram|rss|size',
    'psi|drift|toxicity|hallucinations?',
    'fpr|fnr|fdr|difference|disparity',
    'violations?|failures?|failed|unsuccessful',
  ].join('|')})$`,
)
