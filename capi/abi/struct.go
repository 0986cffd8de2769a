package abi

// The structs of detsample.h, field by field.
type (
	// Options is detsample_options.
	Options struct {
		Size     uintptr
		Stage    int32
		Classes  int32
		Threads  int32
		Exact    int32
		PerClass int32
		Reserved int32
		Coder    [4]float32
		MaxScale float32
	}

	// Annotations is detsample_annotations.
	Annotations struct {
		Images     int64
		ImageID    *uint64
		Truths     *int64
		TruthBox   *float32
		TruthClass *int32
		Ignores    *int64
		IgnoreBox  *float32
	}

	// Batch is detsample_batch.
	Batch struct {
		Size          uintptr
		Images        Annotations
		Anchors       int64
		Anchor        *float32
		Levels        int64
		Grid          *int32
		Width, Height float32
		Seed, Step    uint64
		GT            *int32
		IoU           *float32
		Logits        *float32
		Deltas        *float32
		Hardness      *float32
		GradLogits    *float32
		GradDeltas    *float32
		ImageSize     *int32 // since the struct has grown: not read where Size ends before it
		Samples       *int64 // likewise, with the two that follow
		Sample        *int32
		SampleWeight  *float32
	}

	// Value is detsample_value.
	Value struct {
		Size                         uintptr
		Cls, Box                     float64
		Positives, Negatives         int64
		UsedPositives, UsedNegatives int64
		LossPositives, LossNegatives float64
		GradPositives, GradNegatives float64
		Scarcity                     [16]int64
	}

	// Counts is detsample_counts.
	Counts struct {
		Size                 uintptr
		Rows, BoxRows        int64
		HasQuality           int64
		Positives, Negatives int64
		Scarcity             [16]int64
	}

	// Lists is detsample_lists.
	Lists struct {
		Size         uintptr
		Row          *int32
		Weight       *float32
		RowClass     *int32
		Quality      *float32
		BoxRow       *int32
		BoxWeight    *float32
		BoxSlot      *int32
		BoxCandidate *float32
		BoxTruth     *float32
		Rows         int64 // since the struct has grown: not read where Size ends before it
		BoxRows      int64 // likewise
	}

	// Proposals is detsample_proposals.
	Proposals struct {
		Size        uintptr
		Images      Annotations
		Proposals   *int64
		ProposalBox *float32
	}
)
