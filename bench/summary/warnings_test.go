package summary

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
)

func TestAWarningIsAFlatObjectInJSON(t *testing.T) {
	text, err := json.Marshal(config.Warning{Strategy: "s", Warning: anchors.Warning{Trap: "zero_iou", Where: "rpn.assigner", Detail: "d", Remedy: "r"}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"strategy": "s", "trap": "zero_iou", "where": "rpn.assigner", "detail": "d", "remedy": "r"}`, string(text))
	empty, err := json.Marshal(Summary{Warnings: warnings(setting{Config: &config.Config{}}, nil, nil)})
	require.NoError(t, err)
	assert.Contains(t, string(empty), `"warnings":[]`)
}
