package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/strategy"
	"detsample/internal/strictyaml"
)

// mark returns the fingerprint of one run, of a comparison whose fingerprint
// is given.
func mark(comparison string, run plan.Run) (string, error) {
	trained := *run.Strategy
	trained.LRReason = ""
	text, err := strictyaml.Marshal(&trained, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%d\n", comparison, text, run.Seed)
	return digest(h), nil
}

// fingerprint stands for the data and for the configuration apart from the
// strategies and the title.
func fingerprint(c *config.Config, set *dataset.Set) (string, error) {
	shared := *c
	shared.Title, shared.Strategies = "", nil
	text, err := strictyaml.Marshal(&shared, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(text)
	for _, images := range [][]dataset.Image{set.Train, set.Test} {
		for i := range images {
			objects, err := json.Marshal(images[i].Objects)
			if err != nil {
				return "", err
			}
			h.Write(objects)
			h.Write(images[i].Pix)
		}
	}
	return digest(h), nil
}

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
