package losses

// Targets is what a stage teaches in one step, before any loss: which rows of a
// head's output count, what each should say, and by which weight, normaliser
// included. A program that evaluates the losses elsewhere, such as on an
// accelerator, has the stage's loss as the sum over Cls.Rows of Cls.Weight
// times the classification loss, and likewise over Box.Rows.
//
// It lies in the memory of the stage and is valid until its next step.
type Targets struct {
	Cls     *Batch
	Box     *BoxBatch
	Balance Balance // counts alone: the shares of loss and gradient are 0
}
