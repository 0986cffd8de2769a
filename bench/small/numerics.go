package small

import (
	"fmt"
	"runtime"

	"detsample/internal/sgemm"
)

// numericsVersion counts the changes to this module after which a training
// gives other figures. A golden test fails where it is forgotten.
const numericsVersion = 1

// Numerics names what computes a run's figures, apart from configuration and
// data: two programs or machines of one name give the same bits.
func (Trainer) Numerics() string {
	kernels := sgemm.Name()
	switch kernels {
	case "avx2", "avx512": // which give the same bits
		kernels = "vector"
	}
	return fmt.Sprintf("small detectors %d on %s with %s kernels", numericsVersion, runtime.GOARCH, kernels)
}
