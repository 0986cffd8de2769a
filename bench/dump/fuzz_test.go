package dump

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"testing"
)

// fuzz reads whatever is there, under a limit, and wants no panic and no more
// memory than a multiple of the file. Seeds are as small as the format allows,
// or the fuzzer spends its time shrinking what it finds.
func fuzz(f *testing.F, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := allocated(func() { _ = readAll(name, raw, 1<<20) })
		if most := uint64(8*mib + 200*len(raw)); got > most {
			t.Errorf("%d bytes for a file of %d", got, len(raw))
		}
	})
}

const tinyHeader = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}"

func FuzzNPY(f *testing.F) {
	fuzz(f, "x.npy", npy("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2), }", 1, 2, 3, 4), npy(tinyHeader, 1, 2))
}

func FuzzNPZ(f *testing.F) {
	tiny := [2]string{"a.npy", string(npy(tinyHeader, 1, 2))}
	fuzz(f, "x.npz", zipped(f, zip.Store, tiny), zipped(f, zip.Deflate, tiny))
}

func FuzzSafetensors(f *testing.F) {
	fuzz(f, "x.safetensors", safetensorsOf(`{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4),
		safetensorsOf(`{"__metadata__":{"a":"b"},"c":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 1))
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
		var b bytes.Buffer
		if err := writeNPZ(&b, []Array{
			{Name: "logits", Shape: []int{i, a, c}, Float: logits},
			{Name: "boxes", Shape: []int{a, 4}, Float: boxes},
			{Name: "labels", Shape: []int{i, a}, Int: labels},
		}); err != nil {
			t.Fatal(err)
		}
		archive := &Archive{Path: "d.npz"}
		if err := archive.read("d.npz", bytes.NewReader(b.Bytes()), int64(b.Len()), mib); err != nil {
			t.Fatal(err)
		}
		d, err := load(archive, Options{})
		if err != nil {
			return
		}
		defer d.Close()
		plan := AllOf(d)
		plan.Workers = 1
		_, _ = Replay(d, plan)
	})
}
