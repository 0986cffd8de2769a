package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// strongest says what a claim's contrasts came to at the end of the training that
// is the strongest of those of the same place that ask the same, with the interval
// of each alone.
func strongest(v *claims.Verdict, list []evidence.Experiment) string {
	type group struct {
		where string
		says  []string
	}
	var groups []group
	for budgets := range v.ByContrast() {
		last := &budgets[len(budgets)-1]
		if last.Estimate.Seeds == 0 || outdone(v, last, list) {
			continue
		}
		says := found([]*claims.Judged{last}, func(j *claims.Judged) string {
			q := quantityOf(j.Contrast)
			if q.Correlation {
				return correlation(itself(j))
			}
			decimals := q.decimals
			if !q.itself() {
				decimals = toldDecimals(j.Estimate, decimals)
			}
			return number(size(j), decimals) + half(j.Estimate, decimals) + q.unit
		})
		says = strings.TrimSuffix(says, " "+after(last))
		if last.B != "" {
			says += unless(last)
		}
		if last.Aside() {
			says = "beside the claim, " + says
		}
		where := fmt.Sprintf("(%s, %s, %s)", source(last), budget(last), seeds(last.Estimate.Seeds))
		k := slices.IndexFunc(groups, func(g group) bool { return g.where == where })
		if k < 0 {
			k = len(groups)
			groups = append(groups, group{where: where})
		}
		groups[k].says = append(groups[k].says, says)
	}
	parts := make([]string, len(groups))
	for i, g := range groups {
		parts[i] = strings.Join(g.says, "; ") + " " + g.where
	}
	return strings.Join(parts, "; ")
}

// unless says that a difference is not told from none: by its own interval, or by the
// one that decides, beside all others of the claim.
func unless(j *claims.Judged) string {
	switch {
	case !told(j.Estimate):
		return ", not told apart"
	case j.Estimate.Seeds < stats.MinSeeds:
		return fmt.Sprintf(", of fewer than %d seeds", stats.MinSeeds)
	case j.All.Low <= 0 && j.All.High >= 0:
		return ", not told apart beside the claim's others"
	}
	return ""
}

// inDefaultRPN begins the names that the default comparison, of several parts of a
// detector, gives to what experiments of the region proposal network compare.
const inDefaultRPN = "rpn "

// placeOf returns the experiments of the part of a detector that a contrast is of;
// none where only its own asks for it.
func placeOf(x *claims.Contrast) []string {
	if strings.HasPrefix(x.A, inDefaultRPN) {
		return inRPN
	}
	for _, a := range asked {
		if slices.Contains(a.experiments, x.Experiment) {
			return a.experiments
		}
	}
	return nil
}

// outdone reports whether an experiment of the same place asks the same and has a
// stronger answer, by the seeds that the two compared have in common.
func outdone(v *claims.Verdict, j *claims.Judged, list []evidence.Experiment) bool {
	place := placeOf(j.Contrast)
	a, b := strings.TrimPrefix(j.A, inDefaultRPN), strings.TrimPrefix(j.B, inDefaultRPN)
	for i := range v.Judged {
		o := &v.Judged[i]
		same := o.A == a && o.B == b && o.By() == j.By() && o.Trained == j.Trained && o.Untrained == j.Untrained
		if same && slices.Contains(place, o.Experiment) && o.Estimate.Seeds > 0 && evidence.Stronger(evidence.Find(list, o.Experiment), o.Estimate.Seeds, evidence.Find(list, j.Experiment), j.Estimate.Seeds) > 0 {
			return true
		}
	}
	return false
}
