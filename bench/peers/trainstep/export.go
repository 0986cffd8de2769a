package main

import (
	"os"

	"detsample/anchors"
	"detsample/bench/nn"
	"detsample/losses"
)

// export writes the batch to file in the format of nn.Save: the weights and
// their gradients ("gradient." and the weight's name), the network's input,
// and every anchor's targets, so that the peer has neither images to convert
// nor anchors to assign.
func (o *ours) export(file string) error {
	arrays := []*nn.Param{o.input(), scalar("beta", o.dense.Box.(losses.SmoothL1).Beta), scalar("rate", learningRate)}
	arrays = append(arrays, o.targets()...)
	for _, p := range o.detector.Params() {
		arrays = append(arrays,
			&nn.Param{Name: "weight." + p.Name, Shape: p.Shape, Value: p.Value},
			&nn.Param{Name: "gradient." + p.Name, Shape: p.Shape, Value: p.Grad})
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := nn.Save(f, arrays); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// input returns the images as the detector reads them, NHWC.
func (o *ours) input() *nn.Param {
	x := nn.NewParam("input", false, len(o.batch.Images), o.batch.Height, o.batch.Width, 3)
	values := x.Value[:0]
	for _, image := range o.batch.Images {
		for _, v := range image.Pix {
			values = append(values, (float32(v)-127.5)/64)
		}
	}
	return x
}

// targets returns what the losses compare the head's outputs with: for each
// anchor of each image one target a class and its weight, and a delta and its
// weight, zero where there is no object. Weights hold the normaliser.
func (o *ours) targets() []*nn.Param {
	box := o.config.Pyramid.Append(nil, o.batch.Width, o.batch.Height)
	candidates := anchors.Candidates{Box: box, Grid: o.config.Pyramid.Grids(o.batch.Width, o.batch.Height)}
	images, n := len(o.batch.Images), len(box)
	class, classWeight := nn.NewParam("class", false, images, n, classes), nn.NewParam("class_weight", false, images, n)
	delta, deltaWeight := nn.NewParam("delta", false, images, n, 4), nn.NewParam("delta_weight", false, images, n)
	count := losses.Count{Images: images}
	for i, image := range o.batch.Images {
		var assignment anchors.Assignment
		o.dense.Assigner.Assign(&assignment, &candidates, &image.Truth)
		for k, gt := range assignment.GT {
			row := i*n + k
			if gt == anchors.Ignored {
				continue
			}
			count.Valid++
			classWeight.Value[row] = 1
			if gt >= 0 {
				count.Positives++
				deltaWeight.Value[row] = 1
				class.Value[row*classes+int(image.Truth.Class[gt])] = 1
				target := o.dense.Coder.Encode(box[k], image.Truth.Box[gt])
				copy(delta.Value[row*4:], target[:])
			}
		}
	}
	count.Sampled = count.Valid
	divide(classWeight.Value, o.dense.Norm.Divisor(count))
	divide(deltaWeight.Value, o.dense.Norm.Divisor(count)/o.dense.BoxWeight)
	return []*nn.Param{class, classWeight, delta, deltaWeight}
}

func divide(values []float32, by float64) {
	for i, v := range values {
		values[i] = float32(float64(v) / by)
	}
}

func scalar(name string, v float64) *nn.Param {
	return &nn.Param{Name: name, Shape: []int{1}, Value: []float32{float32(v)}}
}
