package external

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
	"detsample/bench/dataset"
	"detsample/internal/durable"
	"detsample/internal/regular"
)

// disk is where runs and data lie; a test may put another in its place.
var disk durable.Disk = durable.Local{}

// data is a set as programs read it, a COCO folder, and what detections on its
// test images are held against.
type data struct {
	mu   sync.Mutex
	made bool

	dir   string
	test  *annotations.Set
	truth *cocoeval.Truth
	class map[int32]int // of each category
}

// data returns a set's folder, which is written if it is not there.
func (t *Trainer) data(ctx context.Context, set *dataset.Set) (*data, error) {
	t.mu.Lock()
	d := t.shared[set]
	if d == nil {
		d = &data{}
		t.shared[set] = d
	}
	t.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.made { // nor by a run whose context ended
		if err := t.export(ctx, set, d); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if err != nil {
			return nil, fmt.Errorf("the data for the program cannot be written: %w", err)
		}
		d.made = true
	}
	return d, ctx.Err()
}

// export writes a set as a folder that is called by its content, whole or not
// at all: several processes may do so at once.
func (t *Trainer) export(ctx context.Context, set *dataset.Set, d *data) (err error) {
	train, test := set.Originals()
	parts := []part{{"train", set.Train, train}, {"test", set.Test, test}}
	h := sha256.New()
	texts := map[string][]byte{}
	for _, p := range parts {
		var text bytes.Buffer
		if err := p.listed.WriteCOCO(&text); err != nil {
			return err
		}
		h.Write(text.Bytes())
		texts["instances_"+p.split+".json"] = text.Bytes()
		if err := p.identify(set, h); err != nil {
			return err
		}
	}
	if d.dir, err = filepath.Abs(t.path("data-" + hex.EncodeToString(h.Sum(nil)[:8]))); err != nil {
		return err
	}
	test.Path = filepath.Join(d.dir, "annotations", "instances_test.json")
	d.test, d.class = test, map[int32]int{}
	for k, c := range test.Categories {
		d.class[int32(c.ID)] = k
	}
	if d.truth, err = cocoeval.TruthOf(test); err != nil {
		return err
	}
	if _, err := os.Stat(d.dir); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := durable.MakeFolder(disk, t.dir); err != nil {
		return err
	}
	beside, err := os.MkdirTemp(t.dir, "data.*.unfinished")
	if err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	if err := os.Chmod(beside, 0o755); err != nil {
		return err
	}
	for _, p := range parts {
		if err := p.write(ctx, set, filepath.Join(beside, p.split)); err != nil {
			return err
		}
	}
	lists := filepath.Join(beside, "annotations")
	if err := os.Mkdir(lists, 0o777); err != nil {
		return err
	}
	for name, text := range texts {
		if err := durable.Write(disk, filepath.Join(lists, name), text); err != nil {
			return err
		}
	}
	// Its name is trusted from now on, so that all must be on the disk before.
	if err := errors.Join(disk.Sync(lists), disk.Sync(beside)); err != nil {
		return err
	}
	if err := disk.Rename(beside, d.dir); err != nil {
		if _, there := os.Stat(d.dir); there != nil { // another process was faster
			return err
		}
	}
	return disk.Sync(t.dir)
}

// part is a split of a set.
type part struct {
	split  string
	images []dataset.Image
	listed *annotations.Set
}

// identify adds what tells the pictures apart from others: where they are, and
// what they show.
func (p *part) identify(set *dataset.Set, h hash.Hash) error {
	for i := range p.images {
		file, err := set.File(&p.images[i])
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%q\n", file)
		p.images[i].Identify(h)
	}
	return nil
}

// mostPicture is the size of the largest picture that is copied, in bytes.
const mostPicture = 1 << 30

// write fills a folder with the pictures: links to those that are files, and
// copies where links cannot be made.
func (p *part) write(ctx context.Context, set *dataset.Set, dir string) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for i := range p.images {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := filepath.Join(dir, p.listed.Images[i].File)
		file, err := set.File(&p.images[i])
		switch {
		case err != nil:
			return err
		case file != "" && os.Symlink(file, to) == nil:
			continue
		}
		var text []byte
		if file != "" {
			text, err = regular.ReadFile(file, mostPicture)
		} else {
			text, err = p.images[i].PNG()
		}
		if err == nil {
			err = durable.Write(disk, to, text)
		}
		if err != nil {
			return err
		}
	}
	return disk.Sync(dir)
}
