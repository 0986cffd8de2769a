package losses

import (
	"fmt"
	"math"
)

// referenceAt returns a box loss in float64, written from its paper and not
// from the code under test, as a function of the prediction alone. What the
// loss holds as a weight is held at the given point.
func referenceAt(l Box, pred, truth [4]float64) func(pred [4]float64) float64 {
	switch l := l.(type) {
	case SmoothL1:
		return sumOf(truth, func(e float64) float64 {
			if e < l.Beta {
				return e * e / 2 / l.Beta
			}
			return e - l.Beta/2
		})
	case L1:
		return sumOf(truth, func(e float64) float64 { return e })
	case Huber:
		return sumOf(truth, func(e float64) float64 {
			if e <= l.Delta {
				return e * e / 2
			}
			return l.Delta*e - l.Delta*l.Delta/2
		})
	case BalancedL1:
		return sumOf(truth, func(e float64) float64 { // the integral of the paper's gradient
			b := math.Exp(l.Gamma/l.Alpha) - 1
			inside := func(e float64) float64 {
				return l.Alpha*l.Beta/b*(b*e/l.Beta+1)*math.Log(b*e/l.Beta+1) - l.Alpha*e
			}
			if e < l.Beta {
				return inside(e)
			}
			return inside(l.Beta) + l.Gamma*(e-l.Beta)
		})
	case GHMR:
		return sumOf(truth, func(e float64) float64 { return math.Sqrt(e*e+l.Mu*l.Mu) - l.Mu })
	case IoU:
		return func(p [4]float64) float64 {
			v := max(iouOf(p, truth), 1e-6)
			switch l.Mode {
			case IoULinear:
				return 1 - v
			case IoUSquare:
				return 1 - v*v
			}
			return -math.Log(v)
		}
	case GIoU:
		return func(p [4]float64) float64 {
			hull := areaOf(hullOf(p, truth))
			return 1 - iouOf(p, truth) + (hull-unionOf(p, truth))/hull
		}
	case DIoU:
		return func(p [4]float64) float64 { return 1 - iouOf(p, truth) + centresOf(p, truth) }
	case CIoU:
		aspects := func(p [4]float64) float64 {
			d := math.Atan(widthOf(truth)/heightOf(truth)) - math.Atan(widthOf(p)/heightOf(p))
			return 4 / math.Pi / math.Pi * d * d
		}
		alpha, v, iou := 0.0, aspects(pred), iouOf(pred, truth)
		if iou >= l.FromIoU && v > 0 {
			alpha = v / (1 - iou + v)
		}
		return func(p [4]float64) float64 {
			return 1 - iouOf(p, truth) + centresOf(p, truth) + alpha*aspects(p)
		}
	case EIoU:
		return func(p [4]float64) float64 {
			hull := hullOf(p, truth)
			dw, dh := (widthOf(p)-widthOf(truth))/widthOf(hull), (heightOf(p)-heightOf(truth))/heightOf(hull)
			return 1 - iouOf(p, truth) + centresOf(p, truth) + dw*dw + dh*dh
		}
	case SIoU:
		return func(p [4]float64) float64 {
			hull := hullOf(p, truth)
			dx, dy := (p[0]+p[2]-truth[0]-truth[2])/2, (p[1]+p[3]-truth[1]-truth[3])/2
			angle := 0.0
			if dx != 0 || dy != 0 { // the paper's form, 1 - 2 sin²(asin(x) - pi/4)
				s := math.Sin(math.Asin(math.Abs(dy)/math.Hypot(dx, dy)) - math.Pi/4)
				angle = 1 - 2*s*s
			}
			cost := func(d, c float64) float64 { return 1 - math.Exp(-(2-angle)*(d/c)*(d/c)) }
			shape := func(a, b float64) float64 {
				return math.Pow(1-math.Exp(-math.Abs(a-b)/max(a, b)), l.Theta)
			}
			return 1 - iouOf(p, truth) + (cost(dx, widthOf(hull))+cost(dy, heightOf(hull))+
				shape(widthOf(p), widthOf(truth))+shape(heightOf(p), heightOf(truth)))/2
		}
	case ExtendedIoU:
		return func(p [4]float64) float64 {
			hull := hullOf(p, truth)
			x1, x2 := max(p[0], truth[0])-hull[0], min(p[2], truth[2])-hull[0]
			y1, y2 := max(p[1], truth[1])-hull[1], min(p[3], truth[3])-hull[1]
			inter := x2*y2 + min(x1, x2)*min(y1, y2) - x1*max(y1, y2) - max(x1, x2)*y1
			e := 1 - inter/(areaOf(p)+areaOf(truth)-inter)
			if e < l.Smooth {
				return e * e / 2 / l.Smooth
			}
			return e - l.Smooth/2
		}
	case NWD:
		return func(p [4]float64) float64 {
			dx, dy := (p[0]+p[2]-truth[0]-truth[2])/2, (p[1]+p[3]-truth[1]-truth[3])/2
			dw, dh := (widthOf(p)-widthOf(truth))/2, (heightOf(p)-heightOf(truth))/2
			return 1 - math.Exp(-math.Sqrt(dx*dx+dy*dy+dw*dw+dh*dh)/l.C)
		}
	}
	panic(fmt.Sprintf("box loss %T is registered without a reference: write one here", l))
}

func sumOf(truth [4]float64, of func(size float64) float64) func([4]float64) float64 {
	return func(p [4]float64) float64 {
		sum := 0.0
		for k := range p {
			sum += of(math.Abs(p[k] - truth[k]))
		}
		return sum
	}
}

func widthOf(b [4]float64) float64  { return b[2] - b[0] }
func heightOf(b [4]float64) float64 { return b[3] - b[1] }
func areaOf(b [4]float64) float64   { return widthOf(b) * heightOf(b) }

func hullOf(a, b [4]float64) [4]float64 {
	return [4]float64{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

func interOf(a, b [4]float64) float64 {
	return max(0, min(a[2], b[2])-max(a[0], b[0])) * max(0, min(a[3], b[3])-max(a[1], b[1]))
}

func unionOf(a, b [4]float64) float64 { return areaOf(a) + areaOf(b) - interOf(a, b) }
func iouOf(a, b [4]float64) float64   { return interOf(a, b) / unionOf(a, b) }

func centresOf(a, b [4]float64) float64 {
	hull := hullOf(a, b)
	dx, dy := (a[0]+a[2]-b[0]-b[2])/2, (a[1]+a[3]-b[1]-b[3])/2
	return (dx*dx + dy*dy) / (widthOf(hull)*widthOf(hull) + heightOf(hull)*heightOf(hull))
}

func widen(b [4]float32) (out [4]float64) {
	for k := range b {
		out[k] = float64(b[k])
	}
	return out
}
