package small

import (
	"unsafe"

	"detsample/anchors"
	"detsample/bench/small/detector"
	"detsample/bench/trainer"
)

// Memory estimates the bytes that one run of a job takes, beside the job's
// data.
func (t Trainer) Memory(job trainer.Job) float64 {
	extent := detector.Extent{
		Width: job.Data.Width, Height: job.Data.Height, Images: max(t.Training.Batch, evaluationBatch(job.Data)),
		Classes: len(job.Data.Classes), TwoStage: job.Strategy.TwoStage(),
	}
	found := float64(len(job.Data.Test)) * float64(t.Network.Detections) * float64(unsafe.Sizeof(anchors.Detection{}))
	return t.Network.Memory(extent) + 4*found // as found, twice as evaluated, and as kept
}
