package cocojson

import (
	"encoding/json"
	"math"
)

// maxSegmentation is the longest segmentation whose extent is taken, in bytes.
const maxSegmentation = 1 << 20

// extentOf returns the x, y, width and height of a segmentation's extent, or what is
// wrong with it. It is a polygon, a list of polygons, or the runs of a mask, as numbers
// or as the text of COCO; a mask's pixels are counted, as toBbox of the COCO API does.
func extentOf(segmentation []byte) (box [4]float64, wrong string) {
	if len(segmentation) == 0 {
		return box, "no segmentation"
	}
	var polygons [][]float64
	if json.Unmarshal(segmentation, &polygons) == nil {
		return extentOfPolygons(polygons)
	}
	var polygon []float64
	if json.Unmarshal(segmentation, &polygon) == nil {
		return extentOfPolygons([][]float64{polygon})
	}
	var mask struct {
		Size   []int64
		Counts json.RawMessage
	}
	if json.Unmarshal(segmentation, &mask) != nil || len(mask.Size) != 2 || mask.Size[0] < 1 || mask.Size[1] < 1 || max(mask.Size[0], mask.Size[1]) > math.MaxInt32 {
		return box, "its segmentation is neither polygons nor the runs of a mask"
	}
	var runs []int64
	if json.Unmarshal(mask.Counts, &runs) != nil {
		var text string
		if json.Unmarshal(mask.Counts, &text) != nil {
			return box, "its segmentation has no counts"
		}
		var ok bool
		if runs, ok = decodedRuns(text); !ok {
			return box, "the counts of its segmentation are broken"
		}
	}
	return extentOfRuns(runs, mask.Size[0], mask.Size[1])
}

func extentOfPolygons(polygons [][]float64) (box [4]float64, wrong string) {
	x1, y1, x2, y2 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range polygons {
		if len(p)%2 != 0 {
			return box, "a polygon of its segmentation has an odd number of numbers"
		}
		for i := 0; i < len(p); i += 2 {
			x1, x2 = min(x1, p[i]), max(x2, p[i])
			y1, y2 = min(y1, p[i+1]), max(y2, p[i+1])
		}
	}
	if x1 > x2 {
		return box, "its segmentation is empty"
	}
	return [4]float64{x1, y1, x2 - x1, y2 - y1}, ""
}

// extentOfRuns takes runs of the background and the object by turns, down the columns
// of a mask.
func extentOfRuns(runs []int64, height, width int64) (box [4]float64, wrong string) {
	x1, y1, x2, y2 := width, height, int64(0), int64(0)
	at, whole := int64(0), height*width
	for i, n := range runs {
		if n < 0 || n > whole-at {
			return box, "the counts of its segmentation are more than its size"
		}
		if i%2 == 1 && n > 0 {
			first, last := at, at+n-1
			x1, x2 = min(x1, first/height), max(x2, last/height+1)
			if first/height == last/height {
				y1, y2 = min(y1, first%height), max(y2, last%height+1)
			} else { // through the end of one column and the start of the next
				y1, y2 = 0, height
			}
		}
		at += n
	}
	if x1 >= x2 {
		return box, "its segmentation is empty"
	}
	return [4]float64{float64(x1), float64(y1), float64(x2 - x1), float64(y2 - y1)}, ""
}

// decodedRuns reads runs that are written 5 bits a character from '0' on, the lowest
// first, from the fourth on as the difference from the one two before.
func decodedRuns(text string) (runs []int64, ok bool) {
	for i := 0; i < len(text); {
		v, shift, more := int64(0), 0, true
		for ; more; shift += 5 {
			if i == len(text) || text[i] < '0' || text[i] >= '0'+64 || shift > 30 {
				return nil, false
			}
			c := int64(text[i] - '0')
			v |= (c & 0x1f) << shift
			if more = c&0x20 != 0; !more && c&0x10 != 0 {
				v |= -1 << (shift + 5)
			}
			i++
		}
		if n := len(runs); n > 2 {
			v += runs[n-2]
		}
		runs = append(runs, v)
	}
	return runs, true
}
