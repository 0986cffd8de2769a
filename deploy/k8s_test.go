// Package deploy checks the files by which a comparison runs on clusters. It is
// a module of its own for the Kubernetes API's types.
package deploy

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// job reads a Job, in which every key must be one of the API's.
func job(t *testing.T, text []byte) (j batch.Job, err error) {
	t.Helper()
	return j, yaml.UnmarshalStrict(text, &j)
}

// trainer returns the container that trains.
func trainer(t *testing.T, pod core.PodSpec) core.Container {
	t.Helper()
	for _, c := range append(pod.InitContainers, pod.Containers...) {
		if c.Name == "detsample" {
			return c
		}
	}
	require.Fail(t, "no container is named detsample")
	return core.Container{}
}

func TestJobsAreWhatKubernetesReads(t *testing.T) {
	for _, file := range []string{"k8s-job.yaml", "k8s-job-upload.yaml"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		j, err := job(t, text)
		require.NoError(t, err, file)
		assert.Equal(t, "batch/v1", j.APIVersion)
		assert.Equal(t, "Job", j.Kind)
		assert.Equal(t, batch.IndexedCompletion, *j.Spec.CompletionMode)
		pod := j.Spec.Template.Spec
		assert.Equal(t, core.RestartPolicyNever, pod.RestartPolicy, "as backoffLimitPerIndex and podFailurePolicy ask")
		assert.NotNil(t, j.Spec.BackoffLimitPerIndex)
		assert.Nil(t, j.Spec.MaxFailedIndexes, "a shard that fails does not end the others, and no number follows from completions unmarked")
		require.NotNil(t, pod.TerminationGracePeriodSeconds)
		assert.Greater(t, *pod.TerminationGracePeriodSeconds, int64(15), "a trainer's program has 10 seconds to save")
		assert.Equal(t, 3, strings.Count(string(text), " # shards"), "what changes with the number of shards is marked")

		c := trainer(t, pod)
		assert.Equal(t, "compare", c.Args[0])
		env := map[string]string{}
		for _, e := range c.Env {
			env[e.Name] = e.Value
		}
		assert.Equal(t, strconv.Itoa(int(*j.Spec.Completions)), env["JOB_COMPLETIONS"], "as many shards as completions")
		assert.NotContains(t, env, "JOB_COMPLETION_INDEX", "which Kubernetes sets")
		if policy := j.Spec.PodFailurePolicy; policy != nil {
			for _, rule := range policy.Rules {
				if rule.OnExitCodes != nil {
					assert.Equal(t, c.Name, *rule.OnExitCodes.ContainerName)
				}
				assert.True(t, (rule.OnExitCodes == nil) != (len(rule.OnPodConditions) == 0), "one of the two")
			}
		}

		volumes := map[string]bool{}
		for _, v := range pod.Volumes {
			volumes[v.Name] = true
		}
		for _, c := range append(pod.InitContainers, pod.Containers...) {
			written := false
			for _, m := range c.VolumeMounts {
				assert.True(t, volumes[m.Name], m.Name)
				written = written || m.Name == "results"
			}
			assert.True(t, written, c.Name)
			assert.NotEmpty(t, c.Image)
		}
		assert.Contains(t, strings.Join(c.Args, " "), "--out /results")
	}
}

func TestAKeyThatIsNotTheAPIsIsRefused(t *testing.T) {
	text, err := os.ReadFile("k8s-job.yaml")
	require.NoError(t, err)
	for right, wrong := range map[string]string{
		"completionMode:": "completionmodus:", "claimName:": "claim:", "memory: 4Gi}\n": "memory: 4Gib}\n", "completions: 4": "completions: four",
	} {
		require.Contains(t, string(text), right)
		_, err := job(t, []byte(strings.Replace(string(text), right, wrong, 1)))
		assert.Error(t, err, wrong)
	}
}
