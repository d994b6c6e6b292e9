package chart

import (
	"slices"
	"strings"
	"unicode"
)

// Sense says which values of a metric are the better ones.
type Sense string

// The senses.
const (
	Lower  Sense = "lower"
	Higher Sense = "higher"
	Either Sense = "" // the name does not say
)

// Words of which the last one in a key says what is better: of val_loss loss, of
// accuracy_error error.
var (
	lowerWords = words(`loss losses error errors err cost costs risk regret rmse mse mae mape smape rmsle msle medae wmape nrmse
		perplexity ppl nll bce ce crossentropy entropy deviance divergence kl kld brier ece hinge huber wer cer ter fid kid lpips
		distance bias residual residuals latency time duration seconds ms memory bytes size aic bic fpr fnr eer misclassification violations
		std stddev variance`)
	higherWords = words(`acc accuracy auc auroc auprc roc ap map score f1 fscore fbeta precision recall sensitivity specificity tpr tnr
		r2 iou miou dice jaccard bleu rouge meteor psnr ssim reward rewards return returns success hits hit ndcg mrr kappa mcc
		correlation corr spearman pearson likelihood loglikelihood elbo evidence gain lift throughput silhouette purity nmi ari concordance
		win wins profit sharpe top1 top5 coverage quality`)
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// Better says by the words in the key of a metric which of its values are the
// better ones, and which word says so. It is a rule of thumb: people can say
// otherwise where it matters.
func Better(key string) (Sense, string) {
	list := wordsOf(key)
	for i := len(list) - 1; i >= 0; i-- {
		two := list[i]
		if i > 0 {
			two = list[i-1] + list[i] // log_likelihood, cross_entropy, r_2
		}
		switch {
		case higherWords[two]:
			return Higher, two
		case lowerWords[two]:
			return Lower, two
		case higherWords[list[i]]:
			return Higher, list[i]
		case lowerWords[list[i]]:
			return Lower, list[i]
		}
	}
	return Either, ""
}

// wordsOf cuts a key at what is neither a letter nor a digit, and where a small
// letter is followed by a capital: valLoss. Words are in small letters.
func wordsOf(key string) []string {
	var list []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			list = append(list, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	small := false
	for _, r := range key {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || small && unicode.IsUpper(r) {
			end()
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word.WriteRune(r)
		}
		small = unicode.IsLower(r)
	}
	end()
	return list
}

// MetricFacts is what the choice of a main metric has to know of one.
type MetricFacts struct {
	Key    string
	Runs   int  // that have it
	Varies bool // it is not the same in all of them
}

// Main chooses the metric by which runs are judged, so that a first look shows
// something. Metrics that fewer than half as many runs have as have the most
// frequent one, and those that are the same in all runs, come last. Among the
// others it is, in this order: one whose name says what is better; one of
// validation, then of test, then of no part, then of training; one that says how
// wrong or how right (and not how long); the most frequent; the first by name.
func Main(metrics []MetricFacts) (main MetricFacts, ok bool) {
	most := 0
	for _, m := range metrics {
		most = max(most, m.Runs)
	}
	var best []int
	for _, m := range metrics {
		if System(m.Key) {
			continue
		}
		sense, word := Better(m.Key)
		rank := []int{
			btoi(2*m.Runs >= most), btoi(m.Varies), btoi(sense != Either), partRank(m.Key), btoi(!slices.Contains(effort, word)), m.Runs,
		}
		c := slices.Compare(rank, best)
		if !ok || c > 0 || c == 0 && Natural(m.Key, main.Key) < 0 {
			main, best, ok = m, rank, true
		}
	}
	return main, ok
}

// effort are words of Better for what something costs: no result.
var effort = []string{"latency", "time", "duration", "seconds", "ms", "memory", "bytes", "size", "throughput", "std", "stddev", "variance", "bias"}

func partRank(key string) int {
	rank := 1
	for _, w := range wordsOf(key) {
		switch w {
		case "val", "valid", "validation", "dev", "eval", "evaluation", "cv":
			return 3
		case "test", "testing":
			rank = 2
		case "train", "training":
			rank = 0
		}
	}
	return rank
}
