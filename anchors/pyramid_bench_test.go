package anchors

import "testing"

// The nine anchors a place of RetinaNet over its usual image: 200 000.
func BenchmarkPyramid(b *testing.B) {
	p := Pyramid{Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	for _, stride := range []int{8, 16, 32, 64, 128} {
		s := float32(4 * stride)
		p.Levels = append(p.Levels, Level{stride, []float32{s, 1.26 * s, 1.587 * s}})
	}
	b.Run("size=800x1333", func(b *testing.B) {
		var boxes []Box
		b.ReportAllocs()
		b.SetBytes(int64(16 * p.Count(1333, 800)))
		for b.Loop() {
			boxes = p.Append(boxes[:0], 1333, 800)
		}
	})
	b.Run("field", func(b *testing.B) {
		var f Field
		b.ReportAllocs()
		for b.Loop() {
			f.At(p, 1333, 800)
		}
	})
}
