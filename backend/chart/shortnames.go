package chart

import (
	"cmp"
	"slices"
	"strings"
)

// usual are what people call common params in short.
var usual = map[string]string{
	"learning_rate": "lr", "learning_rate_init": "lr", "learningrate": "lr", "batch_size": "batch", "batchsize": "batch", "weight_decay": "wd",
	"max_depth": "depth", "n_estimators": "trees", "num_layers": "layers", "n_layers": "layers", "num_epochs": "epochs", "n_epochs": "epochs",
	"max_iter": "iter", "random_state": "seed", "random_seed": "seed", "hidden_size": "hidden", "hidden_dim": "hidden", "optimizer": "opt", "optimiser": "opt",
}

// ShortNames are short forms of names that stand beside each other: the last part
// of a path (optim.lr is lr), and what people usually call it. A name keeps as
// much as it needs to be another than the rest.
func ShortNames(names []string) []string {
	short, uses := make([]string, len(names)), map[string]int{}
	for i, name := range names {
		tail := name[strings.LastIndexAny(name, "./")+1:]
		short[i] = cmp.Or(usual[strings.ToLower(tail)], tail, name)
		uses[short[i]]++
	}
	for i, name := range names {
		if uses[short[i]] > 1 || short[i] != name && slices.Contains(names, short[i]) {
			short[i] = name
		}
	}
	return short
}
