package dump

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// fuzz reads whatever is there, under a limit, and wants no panic and no more
// memory than a multiple of the file.
func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		raw, err := os.ReadFile(filepath.Join("testdata", s))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := allocated(func() { _ = readAll(name, raw, 1<<20) })
		if most := uint64(8*mib + 200*len(raw)); got > most {
			t.Errorf("%d bytes for a file of %d", got, len(raw))
		}
	})
}

func FuzzNPY(f *testing.F) {
	f.Add(npy("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2), }", 1, 2, 3, 4))
	fuzz(f, "x.npy", "version1.npy", "version3.npy")
}

func FuzzNPZ(f *testing.F) { fuzz(f, "x.npz", "stored.npz", "deflated.npz") }

func FuzzSafetensors(f *testing.F) {
	f.Add(safetensorsOf(`{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4))
	fuzz(f, "x.safetensors", "numpy.safetensors")
}

// FuzzLoad reads a whole dump whose logits, labels and boxes are made of the
// fuzzer's bytes, and replays it.
func FuzzLoad(f *testing.F) {
	f.Add(uint8(2), uint8(3), uint8(2), bytes.Repeat([]byte{0, 0, 128, 63}, 24))
	f.Add(uint8(1), uint8(1), uint8(1), []byte{0, 0, 192, 127, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, images, anchors, columns uint8, raw []byte) {
		i, a, c := int(images%4), int(anchors%8), int(columns%5)
		next := func(n int) []float32 {
			data := make([]byte, 4*n)
			raw = raw[copy(data, raw):]
			values := make([]float32, n)
			descrs["f4"].floats(values, data)
			return values
		}
		labels := make([]int64, i*a)
		logits, boxes := next(i*a*c), next(4*a)
		for k := range labels {
			if len(raw) >= 2 {
				labels[k], raw = int64(int16(binary.LittleEndian.Uint16(raw)))%4, raw[2:]
			}
		}
		path := filepath.Join(t.TempDir(), "d.npz")
		if err := Write(path,
			Array{Name: "logits", Shape: []int{i, a, c}, Float: logits},
			Array{Name: "boxes", Shape: []int{a, 4}, Float: boxes},
			Array{Name: "labels", Shape: []int{i, a}, Int: labels},
		); err != nil {
			t.Fatal(err)
		}
		d, err := Load(path, Options{})
		if err != nil {
			return
		}
		defer d.Close()
		_, _ = Replay(d, AllOf(d))
	})
}
