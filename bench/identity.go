package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"strings"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
	"detsample/internal/program"
	"detsample/internal/strictyaml"
)

// identity returns what all runs of a comparison follow from, apart from
// strategy and seed.
func identity(c *config.Config, set *dataset.Set, t trainer.Trainer) (store.Identity, error) {
	shared := *c
	shared.Title, shared.Strategies = "", nil
	text, err := strictyaml.Marshal(&shared, strategy.Types())
	if err != nil {
		return store.Identity{}, err
	}
	h := sha256.New()
	h.Write(text)
	return store.Identity{Numerics: numerics(t), Config: digest(h), Data: dataDigest(set)}, nil
}

// numerics says what computes: the trainer, and code that no version number
// stands for.
func numerics(t trainer.Trainer) string {
	words := []string{fmt.Sprintf("%T", t)}
	if n, ok := t.(interface{ Numerics() string }); ok {
		words[0] = n.Numerics()
	}
	if code := program.Code(); code != "" {
		words = append(words, code)
	}
	return strings.Join(words, ", ")
}

// dataDigest stands for everything in a set that a figure follows from: what
// the classes are called, since figures are given by name, and each image's
// pixels, scale and objects.
func dataDigest(set *dataset.Set) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %q\n", set.Width, set.Height, set.Classes)
	var b []byte
	for _, images := range [][]dataset.Image{set.Train, set.Test} {
		fmt.Fprintf(h, "%d\n", len(images))
		for i := range images {
			image := &images[i]
			b = binary.LittleEndian.AppendUint64(b[:0], uint64(image.Width))
			b = binary.LittleEndian.AppendUint64(b, uint64(image.Height))
			b = appendFloats(b, image.Scale)
			b = binary.LittleEndian.AppendUint64(b, uint64(len(image.Objects)))
			for _, o := range image.Objects {
				b = appendFloats(b, o.Box[:]...)
				b = binary.LittleEndian.AppendUint32(b, uint32(o.Class))
				b = fmt.Append(b, o.Ignore)
			}
			h.Write(b)
			h.Write(image.Pix)
		}
	}
	return digest(h)
}

func appendFloats(b []byte, values ...float32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// mark returns what stands for all that a run follows from.
func mark(id store.Identity, run plan.Run) (string, error) {
	trained := *run.Strategy
	trained.LRReason = ""
	text, err := strictyaml.Marshal(&trained, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%d\n", id.Numerics, id.Config, id.Data, text, run.Seed)
	return digest(h), nil
}

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
