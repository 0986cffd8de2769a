package page

import "testing"

// The page of rates has beside its six seeds what more seeds and longer trainings
// found.
func TestTheTextOnRatesQuotesTheStudy(t *testing.T) {
	q := quoting(t, "docs", "tuning.md")
	after := q.final("rpn-papers")
	q.says("as the papers write them `512 + ce` is %s AP ahead of `all + focal` after %d images", q.by("rpn-papers", "512 + ce", "all + focal", after), after)
	after = q.final("default")
	short := q.ahead("default", "rpn all + focal", "rpn 512 + ce", after)
	q.says("%.1f (%.1f to %.1f) after %d and the %d seeds of [`default`]", short.Mean, short.Low, short.High, after, short.Seeds)
	after = q.final("rpn-long")
	long := q.ahead("rpn-long", "512 + ce", "all + focal", after)
	q.says("%.1f ± %.1f ahead after %d and the %d of [`rpn-long`]", long.Mean, long.High-long.Mean, after, long.Seeds)
}
