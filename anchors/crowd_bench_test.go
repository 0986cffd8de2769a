package anchors

import (
	"fmt"
	"testing"
)

// Many objects, as in a hostile or a crowded scene.
func BenchmarkPredictedInACrowd(b *testing.B) {
	for _, objects := range []int{500, 1000, 2000} {
		c, truth := crowdedScene(20_000, objects)
		for name, a := range map[string]Assigner{"simota": NewSimOTA(), "dynamic_soft": NewDynamicSoft()} {
			b.Run(fmt.Sprintf("%s/%d", name, objects), func(b *testing.B) {
				var dst Assignment
				for b.Loop() {
					a.Assign(&dst, &c, &truth)
				}
			})
		}
	}
}
