package anchors

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// peerScene is a scene and what the peers' assigners say about it, written by
// bench/peers/assigners. Lengths are in quarter pixels.
type peerScene struct {
	Extent int
	Seed   uint64
	Crowd  int // this many ground truths follow from the seed
	Levels []struct {
		Stride, Width, Height int
		Shapes                [][2]int
	}
	Boxes, Truth, Ignore [][4]int
	Class                []int32
	Results              []peerResult
}

type peerResult struct {
	Peer    string
	Options map[string]any
	Labels  []int32
	SHA256  string // of the labels of a crowd
}

func readPeerScenes(t *testing.T) (scenes []peerScene) {
	file, err := os.Open("testdata/assigners.json.gz")
	require.NoError(t, err)
	defer file.Close()
	data, err := gzip.NewReader(file)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(data).Decode(&scenes))
	return scenes
}

func (s *peerScene) candidates() Candidates {
	var c Candidates
	var boxes [][4]int
	for _, level := range s.Levels {
		step, start := 4*level.Stride, len(boxes)
		for y := range level.Height {
			for x := range level.Width {
				for _, shape := range level.Shapes {
					x1, y1 := (2*x+1)*step/2-shape[0]/2, (2*y+1)*step/2-shape[1]/2
					boxes = append(boxes, [4]int{x1, y1, x1 + shape[0], y1 + shape[1]})
				}
			}
		}
		c.Grid = append(c.Grid, Grid{level.Stride, level.Width, level.Height, len(level.Shapes), start})
	}
	if len(s.Boxes) > 0 {
		boxes = s.Boxes
	}
	c.Box, c.Decoded = pixels(boxes), make([]Box, len(boxes))
	for i, b := range boxes {
		dx, dy := s.draw(i, 0, 33)-16, s.draw(i, 1, 33)-16
		moved := [4]int{b[0] + dx, b[1] + dy, b[2] + dx + s.draw(i, 2, 17), b[3] + dy + s.draw(i, 3, 17)}
		c.Decoded[i] = pixels([][4]int{moved})[0]
	}
	return c
}

func (s *peerScene) truth() Truth {
	t := Truth{Box: pixels(s.Truth), Class: s.Class, Ignore: pixels(s.Ignore)}
	for i := range s.Crowd {
		x, y := s.draw(i, 0, 4*s.Extent), s.draw(i, 1, 4*s.Extent)
		crowd := [4]int{x, y, x + 8 + s.draw(i, 2, 64), y + 8 + s.draw(i, 3, 64)}
		t.Box = append(t.Box, pixels([][4]int{crowd})[0])
		t.Class = append(t.Class, int32(i%2))
	}
	return t
}

// draw is the generator's: splitmix64's output function.
func (s *peerScene) draw(i, k, n int) int {
	z := s.Seed + uint64(4*i+k) + 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(n))
}

func pixels(quarters [][4]int) []Box {
	boxes := make([]Box, len(quarters))
	for i, q := range quarters {
		for k := range q {
			boxes[i][k] = float32(q[k]) / 4
		}
	}
	return boxes
}

func (r *peerResult) number(option string) float64 { return r.Options[option].(float64) }
func (r *peerResult) count(option string) int      { return int(r.number(option)) }
func (r *peerResult) is(option string) bool        { return r.Options[option].(bool) }

// assigner returns ours with the options that mean what the peer's do.
func (r *peerResult) assigner() Assigner {
	switch r.Peer {
	case "torchvision", "detectron2":
		m := MaxIoU{PosIoU: r.number("Pos"), NegIoU: r.number("Neg"), Forced: ForcedNone, ForceZero: true}
		if r.is("Low") {
			m.Forced = ForcedKeep
		}
		return m
	case "max_iou":
		m := MaxIoU{
			PosIoU: r.number("Pos"), NegIoU: r.number("Neg"), NegFloor: r.number("Floor"), MinPosIoU: r.number("Min"),
			IgnoreIoF: r.number("IoF"), IgnoreOrder: IgnoreFirst, Forced: ForcedNone, ForceZero: true,
		}
		if r.is("Low") {
			m.Forced = ForcedTaken
		}
		if !r.is("All") {
			m.Ties = TiesFirst
		}
		return m
	case "atss":
		return ATSS{TopK: r.count("TopK"), IgnoreIoF: r.number("IoF"), IgnoreOrder: IgnoreFirst}
	case "uniform":
		return Uniform{MatchTimes: r.count("Times"), PosIgnoreIoU: r.number("Pos"), NegIgnoreIoU: r.number("Neg")}
	case "center_region":
		region := NewCenterRegion()
		region.PosScale, region.NegScale, region.ForegroundDominates = r.number("Pos"), r.number("Neg"), r.is("Dominates")
		return region
	case "point":
		return Point{Scale: r.number("Scale"), Num: r.count("Num")}
	case "fcos":
		return FCOS{CenterRadius: r.number("Radius"), MaxReach: r.number("Reach")}
	case "ssd":
		return SSDBipartite{IoU: r.number("IoU"), ForceZero: true}
	case "caffe":
		m := MaxIoU{
			PosIoU: r.number("Pos"), NegIoU: r.number("Neg"), Forced: ForcedKeep, ForceZero: true,
			Order: PositiveLast, Straddle: StraddleDropped, Border: r.number("Border"),
		}
		if r.is("Clobber") {
			m.Order = NegativeLast
		}
		return m
	case "nwd_rka":
		n := NewNWDRKA()
		n.TopK = r.count("TopK")
		return n
	case "rfla":
		a := NewRFLA()
		a.TopK = r.count("TopK")
		return a
	}
	panic("no assigner for peer " + r.Peer)
}

// regionsMatter reports whether the peer looks at ignore regions.
func (r *peerResult) regionsMatter(t *Truth) bool {
	switch r.Peer {
	case "max_iou", "atss":
		return r.number("IoF") > 0 && len(t.Box) > 0 // mmdetection forgets regions where there are no objects
	case "center_region":
		return true
	}
	return false
}

// caffeScene is the grid that py-faster-rcnn's layer makes for the generator.
// Its corners are the last pixels inside, so ours lie one pixel further.
func caffeScene(t Truth) (Candidates, Truth) {
	c := Candidates{Width: 41, Height: 41}
	for y := range 5 {
		for x := range 5 {
			dx, dy := float32(8*x), float32(8*y)
			for _, b := range []Box{{0, 0, 8, 8}, {-4, 0, 12, 8}, {-4, -8, 12, 16}} {
				c.Box = append(c.Box, Box{dx + b[0], dy + b[1], dx + b[2], dy + b[3]})
			}
		}
	}
	shifted := Truth{Class: t.Class}
	for _, b := range t.Box {
		shifted.Box = append(shifted.Box, Box{whole(b[0]), whole(b[1]), whole(b[2]) + 1, whole(b[3]) + 1})
	}
	return c, shifted
}

// shaken moves the ground truths off the grid and leaves out far ones, since
// the peer's similarity breaks ties by rounding and vanishes in the distance.
func (s *peerScene) shaken(t Truth) (moved Truth) {
	for i, b := range t.Box {
		for k := range b {
			b[k] += float32(s.draw(i, k, 15)) / 64
		}
		if b[0] < 900 {
			moved.Box, moved.Class = append(moved.Box, b), append(moved.Class, t.Class[i])
		}
	}
	return moved
}

// whole is floor of an exact multiple of a quarter.
func whole(v float32) float32 { return float32(int(v+1000) - 1000) }

func TestAssignersAreTheirPeers(t *testing.T) {
	var a Assignment
	compared, positives := map[string]int{}, map[string]int{}
	for at, s := range readPeerScenes(t) {
		candidates, truth := s.candidates(), s.truth()
		for _, r := range s.Results {
			c, objects := candidates, truth
			switch r.Peer {
			case "caffe":
				c, objects = caffeScene(truth)
			case "nwd_rka":
				objects = s.shaken(truth)
			}
			if !r.regionsMatter(&objects) {
				objects.Ignore = nil
			}
			r.assigner().Assign(&a, &c, &objects)
			compared[r.Peer]++
			positives[r.Peer] += a.Positives()
			if s.Crowd > 0 {
				assert.Equal(t, r.SHA256, hashOf(a.GT), "scene %d: %s %v", at, r.Peer, r.Options)
				continue
			}
			if r.Peer == "atss" && len(c.Box) == 1 {
				assert.Equal(t, []int32{Negative}, r.Labels, "the peer's threshold is NaN")
				continue
			}
			if !assert.Equal(t, r.Labels, a.GT, "scene %d: %s %v", at, r.Peer, r.Options) {
				t.Logf("candidates %v\ntruth %v\nignore %v", c.Box, objects.Box, objects.Ignore)
			}
		}
	}
	for peer, n := range compared {
		assert.GreaterOrEqual(t, n, 200, peer)
		assert.Greater(t, positives[peer], n, peer)
	}
	assert.Len(t, compared, 12)
	t.Log("scenes", compared, "positives", positives)
}

func hashOf(labels []int32) string {
	var data []byte
	for _, g := range labels {
		data = binary.LittleEndian.AppendUint32(data, uint32(g))
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
