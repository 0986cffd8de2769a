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
	shared.Title, shared.Scale, shared.Strategies = "", config.AsWritten, nil // strategies hold what a scale has made of them
	shared.Trainer = nil                                                      // it says itself what it follows from
	shared.Folder.Cache = 0
	if c.Trainer == nil {
		shared.Folder.Anchors = true // fitted or given, the pyramid is what is trained on
	}
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
// the classes are called, since figures are given by name, how images are
// cropped, and each image's pixels or file, scale and objects.
func dataDigest(set *dataset.Set) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %q\n", set.Width, set.Height, set.Classes)
	if set.Crops.Side > 0 {
		fmt.Fprintf(h, "%+v\n", set.Crops)
	}
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
			image.Identify(h)
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
func mark(id store.Identity, run plan.Run) (string, error) { return marked(id, run, "") }

// trialMark is mark for a run by which a setting is chosen: it has data and a
// budget of its own, which follow from what it is for.
func trialMark(id store.Identity, run plan.Run, t trial) (string, error) {
	return marked(id, run, fmt.Sprintf("%s\n%d\n", t.purpose(), t.images))
}

func marked(id store.Identity, run plan.Run, purpose string) (string, error) {
	trained := *run.Strategy
	trained.LRReason, trained.ScaleReason = "", ""
	text, err := strictyaml.Marshal(&trained, strategy.Types())
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%d\n%s", id.Numerics, id.Config, id.Data, text, run.Seed, purpose)
	return digest(h), nil
}

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
