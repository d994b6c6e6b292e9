/** Which way a metric is better. */
export type Sense = 'lower' | 'higher'

const lower = /^(loss|losses|err|error|errors|rmse|rmsle|mse|msle|mae|mape|smape|nll|bce|ce|crossentropy|perplexity|ppl|logloss|deviance|rss|brier|fid|wer|cer|eer|ece|divergence|distance|regret|latency)$/
const higher = /^(acc|accuracy|auc|auroc|roc|auprc|ap|map|f1|fbeta|r2|precision|recall|sensitivity|specificity|score|iou|miou|dice|jaccard|bleu|rouge|meteor|psnr|ssim|ndcg|mrr|hits|corr|correlation|kappa|mcc|reward|return|throughput|likelihood|nse|kge)$/

/**
 * Which way a metric is better, by the words of its name: "test_rmse" lower,
 * "val/acc" higher. Of a name that says neither, or both, nothing is claimed.
 */
export function senseOf(key: string): Sense | undefined {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => [word, word.replace(/\d+[a-z]*$/, '')])
  const down = words.some((word) => lower.test(word))
  const up = words.some((word) => higher.test(word))
  if (down === up) return undefined
  return down ? 'lower' : 'higher'
}
