package nn

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func saved(t testing.TB, params []*Param) []byte {
	var file bytes.Buffer
	require.NoError(t, Save(&file, params))
	return file.Bytes()
}

func TestLoadReadsWhatSaveWrote(t *testing.T) {
	params := twoParams()
	file := saved(t, params)
	other := twoParams()
	other[0].Fill(7)
	other[1].Fill(7)
	r := bytes.NewReader(append(slices.Clone(file), "next"...))
	require.NoError(t, Load(iotest.OneByteReader(r), other))
	assert.Equal(t, params[0].Value, other[0].Value)
	assert.Equal(t, params[1].Value, other[1].Value)
	rest, _ := io.ReadAll(r)
	assert.Equal(t, "next", string(rest), "Load stops where the weights do")
}

func TestTheFormatIsAsDocumented(t *testing.T) {
	p := NewParam("ab", true, 1, 2)
	copy(p.Value, []float32{1, -2})
	want := "detsnn1\n" + "\x01\x00\x00\x00" + "\x02\x00ab" + "\x02\x01\x00\x00\x00\x02\x00\x00\x00" + "\x00\x00\x80\x3f\x00\x00\x00\xc0"
	file := saved(t, []*Param{p})
	assert.Equal(t, want, string(file[:len(file)-4]))
}

func TestLoadNamesWhatIsWrongAndChangesNothing(t *testing.T) {
	good := saved(t, twoParams())
	damaged := slices.Clone(good)
	damaged[len(damaged)-6] ^= 1
	renamed, reshaped := twoParams(), twoParams()
	renamed[1].Name = "bias"
	reshaped[0].Shape = []int{3, 2}
	for _, c := range []struct {
		file []byte
		want string
	}{
		{[]byte("PNG....."), `nn: load: the file starts with "PNG.....", want "detsnn1\n": not a weights file, or one of another version`},
		{nil, "nn: load: the file ends after 0 bytes, before the weights do: it was cut short, save or copy it again"},
		{good[:20], "nn: load: the file ends after 20 bytes, before the weights do: it was cut short, save or copy it again"},
		{good[:len(good)-1], "before the weights do: it was cut short"},
		{damaged, "the file is damaged, save or copy it again"},
		{saved(t, twoParams()[:1]), "nn: load: the file has 1 parameters, the network 2: build the network with the configuration it was saved with"},
		{saved(t, renamed), `nn: load: parameter 1 is "bias" in the file and "b" in the network: build the network with the configuration it was saved with`},
		{saved(t, reshaped), `nn: load: parameter "w" has shape [3 2] in the file and [2 3] in the network: build the network with the sizes it was saved with`},
	} {
		params := twoParams()
		params[0].Fill(5)
		assert.ErrorContains(t, Load(bytes.NewReader(c.file), params), c.want)
		assert.Equal(t, slices.Repeat([]float32{5}, 6), params[0].Value)
	}
	broken := errors.New("disk on fire")
	assert.ErrorIs(t, Load(iotest.ErrReader(broken), twoParams()), broken)
	assert.ErrorContains(t, Save(io.Discard, []*Param{{Name: string(make([]byte, 1<<16))}}), "has a name of 65536 bytes")
}

func TestARunResumesFromItsSavedState(t *testing.T) {
	start := func() (all []*Param, step func()) {
		params := twoParams()
		adam, sgd, ema := NewAdam(params[:1], DefaultAdam()), NewSGD(params[1:], DefaultSGD()), NewEMA(params, 0.9)
		rng := rand.New(rand.NewPCG(4, 4))
		all = slices.Concat(params, adam.State(), sgd.State(), ema.State())
		return all, func() {
			for _, p := range params {
				p.Grad[0] = float32(rng.NormFloat64())
			}
			adam.Step(0.1)
			sgd.Step(0.1)
			ema.Update()
		}
	}
	through, step := start()
	resumed, resume := start()
	for range 5 {
		step()
		resume() // keeps the gradients' random numbers in step
	}
	file := saved(t, through)
	for _, p := range resumed {
		p.Fill(-1)
	}
	require.NoError(t, Load(bytes.NewReader(file), resumed))
	for range 5 {
		step()
		resume()
	}
	assert.Equal(t, saved(t, through), saved(t, resumed))
}

func FuzzLoad(f *testing.F) {
	good := saved(f, twoParams())
	f.Add(good)
	f.Add(good[:30])
	f.Add([]byte(magic + "\xff\xff\xff\xff"))
	f.Add([]byte(magic + "\x02\x00\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		params := twoParams()
		before := saved(t, params)
		if err := Load(bytes.NewReader(file), params); err != nil {
			assert.Equal(t, before, saved(t, params), "a failed Load changes nothing")
			return
		}
		assert.True(t, bytes.HasPrefix(file, saved(t, params)), "what loads is what would be saved")
	})
}
