// Package rpn is the dense stage of a detector: a head that scores every
// anchor. With one class it is the region proposal network of a two-stage
// detector; with K classes it is a whole one-stage detector (RetinaNet, SSD).
//
// A [Config] holds the stage's strategy: who is positive, which candidates
// count, how strongly, and what the loss is divided by. [Config.Step] turns a
// batch of head outputs and annotations into a loss and its gradients;
// [Config.Detect] turns head outputs into detections or proposals.
package rpn
